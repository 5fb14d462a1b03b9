import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Writes reads to parking.reads without Bomfri's own code. Each line of the standard input is
 * readId,garageId,cameraId,laneId,direction,plate,country,confidence,capturedAt
 */
public class ReadsProducer {
  private static final String TOPIC = "parking.reads";

  public static void main(String[] args) throws Exception {
    String brokers = args[0];
    String registry = args[1];
    JsonNode registered = registeredSchema(registry);
    int schemaId = registered.get("id").asInt();
    Schema schema = new Schema.Parser().parse(registered.get("schema").asText());

    Properties settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("key.serializer", StringSerializer.class.getName());
    settings.put("value.serializer", ByteArraySerializer.class.getName());
    // Answered when all in-sync replicas have it, and never twice or out of order when the client tries again.
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");

    int sent = 0;
    try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(settings);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        GenericRecord read = readOf(line.split(",", -1), schema);
        // With a key, and no partition of our own choice, the client takes murmur2(key) modulo the partitions.
        String key = read.get("garageId").toString();
        long timestamp = (Long) read.get("receivedAt");
        producer.send(new ProducerRecord<>(TOPIC, null, timestamp, key, framed(read, schemaId))).get();
        sent += 1;
      }
    }
    System.out.println("stored " + sent);
  }

  /** The newest schema of the topic's values with its id. */
  private static JsonNode registeredSchema(String registry) throws Exception {
    URI uri = URI.create(registry + "/subjects/" + TOPIC + "-value/versions/latest");
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IllegalStateException(uri + " answers " + answer.statusCode());
    return new ObjectMapper().readTree(answer.body());
  }

  private static GenericRecord readOf(String[] fields, Schema schema) {
    return new GenericRecordBuilder(schema)
        .set("readId", fields[0])
        .set("garageId", fields[1])
        .set("cameraId", fields[2])
        .set("laneId", fields[3])
        .set("direction", new GenericData.EnumSymbol(schema.getField("direction").schema(), fields[4]))
        .set("plate", fields[5])
        .set("country", fields[6])
        .set("confidence", Float.parseFloat(fields[7]))
        .set("candidates", List.of())
        .set("capturedAt", Instant.parse(fields[8]).toEpochMilli())
        .set("receivedAt", System.currentTimeMillis())
        .set("source", "reads-producer")
        .build();
  }

  /** Confluent's framing: a zero, the schema's id as four bytes, the Avro body. */
  private static byte[] framed(GenericRecord read, int schemaId) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(bytes);
    header.writeByte(0);
    header.writeInt(schemaId);
    BinaryEncoder body = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(read.getSchema()).write(read, body);
    body.flush();
    return bytes.toByteArray();
  }
}
