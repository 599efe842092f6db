"""Starts LocalStack with this machine's Java and with libraries of JSONata from a directory, which it would fetch."""
import sys

import jpype
from localstack.services.stepfunctions import packages


class Installed:
    """What LocalStack takes for the installer of its JSONata package."""

    def get_installer(self):
        return self

    def install(self, target=None):
        pass

    def get_java_lib_path(self):
        return jpype.getDefaultJVMPath()

    def get_installed_dir(self):
        return sys.argv[1]


packages.jpype_jsonata_package = Installed()

from localstack.runtime.main import main  # noqa: E402

main()
