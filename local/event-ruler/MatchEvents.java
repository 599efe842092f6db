import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;

/** For each line {"pattern": …, "event": …} of standard input: true, false, or "invalid: " and why the pattern is refused. */
final class MatchEvents {
  public static void main(String[] args) throws Exception {
    ObjectMapper json = new ObjectMapper();
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder answers = new StringBuilder();
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      JsonNode question = json.readTree(line);
      answers.append(answer(question.get("pattern").toString(), question.get("event").toString()));
      answers.append('\n');
    }
    System.out.print(answers);
  }

  private static String answer(String pattern, String event) throws Exception {
    Machine machine = new Machine();
    try {
      machine.addRule("rule", pattern);
    } catch (Exception refused) {
      return "invalid: " + refused.getMessage().replace('\n', ' ');
    }
    return Boolean.toString(machine.rulesForJSONEvent(event).contains("rule"));
  }
}
