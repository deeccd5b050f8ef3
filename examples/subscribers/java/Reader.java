import com.fasterxml.jackson.databind.*;
import java.nio.file.*;
import java.time.Duration;
import java.util.*;
import org.apache.kafka.clients.consumer.*;

/** Prints what teams learned and how far their goals are, as an agency's open topics tell it. */
class Reader {
  static final String RETRO = "fi.soihtu.open.retro-completed.v1";
  static final String PROGRESS = "fi.soihtu.open.key-result-updated.v1";
  static final ObjectMapper JSON = new ObjectMapper();
  static List<String> facts(String type, JsonNode data) {
    var facts = new ArrayList<String>();
    if (type.equals(PROGRESS)) {
      var share = data.get("progress");
      facts.add("progress " + (share == null ? "none" : Math.round(share.asDouble() * 100) + " %"));
    }
    for (var found : data.path("findings")) {
      var said = found.get("result").asText();
      var result = Set.of("reached", "partly", "not").contains(said) ? said : "other";
      for (var learning : found.path("learnings")) {
        var text = learning.get("text");
        facts.add("learning " + result + ": " + text.get(text.get("source").asText()).asText());
      }
    }
    return facts;
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value());
  }

  public static void main(String[] arguments) throws Exception {
    var settings = new Properties(); // the client's own, from a file
    settings.load(Files.newBufferedReader(Path.of(arguments[0])));
    var state = Path.of(arguments[1]); // yours would be a table, in the transaction of the facts
    var seen = Files.exists(state) ? JSON.readValue(state.toFile(), HashMap.class) : new HashMap<>();
    var text = new org.apache.kafka.common.serialization.StringDeserializer();
    var consumer = new KafkaConsumer<String, String>(settings, text, text);
    Runtime.getRuntime().addShutdownHook(new Thread(consumer::wakeup));
    consumer.subscribe(List.of("soihtu.open.v1", "soihtu.open-progress.v1"));
    try (consumer) {
      while (true) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          String type = header(record, "ce_type"), subject = header(record, "ce_subject");
          if (!Set.of(RETRO, PROGRESS).contains(type)) continue; // a type that we don't know
          var version = Integer.valueOf(header(record, "ce_sequence"));
          if (version <= (int) seen.getOrDefault(subject, 0)) continue; // one that we have had
          for (var fact : facts(type, JSON.readTree(record.value())))
            System.out.println(subject + "@" + version + " " + fact);
          seen.put(subject, version);
        }
        var whole = Files.write(Path.of(state + ".new"), JSON.writeValueAsBytes(seen));
        Files.move(whole, state, StandardCopyOption.ATOMIC_MOVE);
        consumer.commitSync();
      }
    } catch (org.apache.kafka.common.errors.WakeupException told) {} // to end
  }
}
