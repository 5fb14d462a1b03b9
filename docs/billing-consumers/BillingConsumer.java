import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Keeps a database of what was parked, charged and documented, by Bomfri's public topics and without its code. Reads what has
 * come since the last run, and prints what each parking company's lines, charges and documents come to.
 */
public class BillingConsumer {
  private static final String LINES = "parking.billing";
  private static final String CHARGES = "parking.charges";
  private static final String DOCUMENTS = "parking.documents";

  private final Connection database;
  private final String registry;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Integer, Schema> writers = new HashMap<>();
  private final Map<String, Schema> readers = new HashMap<>();

  public static void main(String[] args) throws Exception {
    try (Connection database = DriverManager.getConnection(args[2])) {
      database.setAutoCommit(false);
      BillingConsumer consumer = new BillingConsumer(database, args[1]);
      consumer.makeTables();
      System.out.println("read " + consumer.readOn(args[0]));
      consumer.print();
    }
  }

  private BillingConsumer(Connection database, String registry) throws Exception {
    this.database = database;
    this.registry = registry;
    for (String topic : List.of(LINES, CHARGES, DOCUMENTS)) {
      readers.put(topic, schemaAt("/subjects/" + topic + "-value/versions/latest"));
    }
  }

  private void makeTables() throws SQLException {
    try (Statement statement = database.createStatement()) {
      for (String table : List.of(
          "positions (topic VARCHAR, part INT, next_offset BIGINT, PRIMARY KEY (topic, part))",
          "lines (line_id VARCHAR PRIMARY KEY, revision INT, status VARCHAR, operator_id VARCHAR, account_id VARCHAR, visit_id VARCHAR,"
              + " garage_id VARCHAR, visit_day VARCHAR, gross_minor BIGINT, vat_minor BIGINT, currency VARCHAR)",
          "charges (charge_id VARCHAR PRIMARY KEY, revision INT, status VARCHAR, account_id VARCHAR,"
              + " billing_day VARCHAR, currency VARCHAR)",
          "charge_parts (charge_id VARCHAR, operator_id VARCHAR, gross_minor BIGINT, vat_minor BIGINT,"
              + " PRIMARY KEY (charge_id, operator_id))",
          "documents (document_id VARCHAR PRIMARY KEY, revision INT, kind VARCHAR, operator_id VARCHAR, series VARCHAR,"
              + " document_number BIGINT, gross_minor BIGINT, vat_minor BIGINT, currency VARCHAR)")) {
        statement.execute("CREATE TABLE IF NOT EXISTS " + table);
      }
    }
    database.commit();
  }

  /** Stores what has come since the last run. Answers how many records that were. */
  private int readOn(String brokers) throws Exception {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", brokers);
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    // Bomfri writes in transactions; without this a consumer sees records that never came to be.
    settings.put("isolation.level", "read_committed");
    // The positions stand in the database, beside what was read.
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "none");

    int count = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : readers.keySet()) {
        for (PartitionInfo info : consumer.partitionsFor(topic)) partitions.add(new TopicPartition(topic, info.partition()));
      }
      consumer.assign(partitions);
      Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
      for (TopicPartition at : partitions) consumer.seek(at, storedPosition(at, beginnings.get(at)));
      // A service goes on for ever here.
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch((at) -> consumer.position(at) < ends.get(at))) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(1));
        for (ConsumerRecord<byte[], byte[]> record : records) store(record);
        for (TopicPartition at : partitions) storePosition(at, consumer.position(at));
        // Records and positions together, or neither: a crash repeats nothing and loses nothing.
        database.commit();
        count += records.count();
      }
    }
    return count;
  }

  private void store(ConsumerRecord<byte[], byte[]> record) throws Exception {
    GenericRecord value = decode(record.topic(), record.value());
    switch (value.getSchema().getName()) {
      case "BillingLine" -> storeLine(value);
      case "Charge" -> storeCharge(value);
      case "SalesDocument" -> storeDocument(value);
      // DayClose, and what later releases may add.
      default -> { }
    }
  }

  private void storeLine(GenericRecord line) throws SQLException {
    if (!isNews("lines", "line_id", line.get("lineId"), line)) return;
    write("MERGE INTO lines KEY (line_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        line.get("lineId"), line.get("revision"), line.get("status"), line.get("operatorId"), line.get("accountId"), line.get("visitId"),
        line.get("garageId"), line.get("visitDay"), line.get("grossMinor"), line.get("vatMinor"), line.get("currency"));
  }

  private void storeCharge(GenericRecord charge) throws SQLException {
    if (!isNews("charges", "charge_id", charge.get("chargeId"), charge)) return;
    write("MERGE INTO charges KEY (charge_id) VALUES (?, ?, ?, ?, ?, ?)",
        charge.get("chargeId"), charge.get("revision"), charge.get("status"),
        charge.get("accountId"), charge.get("billingDay"), charge.get("currency"));
    write("DELETE FROM charge_parts WHERE charge_id = ?", charge.get("chargeId"));
    List<?> parts = (List<?>) charge.get("allocations");
    // Charges of the first release say it line by line.
    if (parts.isEmpty()) parts = (List<?>) charge.get("lines");
    for (Object each : parts) {
      GenericRecord part = (GenericRecord) each;
      write("MERGE INTO charge_parts USING (VALUES (?, ?, ?, ?)) AS part(charge_id, operator_id, gross_minor, vat_minor)"
              + " ON charge_parts.charge_id = part.charge_id AND charge_parts.operator_id = part.operator_id"
              + " WHEN MATCHED THEN UPDATE SET gross_minor = charge_parts.gross_minor + part.gross_minor,"
              + " vat_minor = charge_parts.vat_minor + part.vat_minor"
              + " WHEN NOT MATCHED THEN INSERT VALUES (part.charge_id, part.operator_id, part.gross_minor, part.vat_minor)",
          charge.get("chargeId"), part.get("operatorId"), part.get("grossMinor"), part.get("vatMinor"));
    }
  }

  private void storeDocument(GenericRecord document) throws SQLException {
    if (!isNews("documents", "document_id", document.get("documentId"), document)) return;
    write("MERGE INTO documents KEY (document_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        document.get("documentId"), document.get("revision"), document.get("kind"), document.get("operatorId"), document.get("series"),
        document.get("number"), document.get("grossMinor"), document.get("vatMinor"), document.get("currency"));
  }

  /** Of an id only the highest revision counts, in whatever order and however often they come. */
  private boolean isNews(String table, String column, Object id, GenericRecord record) throws SQLException {
    try (PreparedStatement query = database.prepareStatement("SELECT revision FROM " + table + " WHERE " + column + " = ?")) {
      query.setString(1, id.toString());
      ResultSet known = query.executeQuery();
      return !known.next() || known.getInt(1) < (Integer) record.get("revision");
    }
  }

  private void write(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = database.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i] instanceof CharSequence text ? text.toString() : values[i]);
      }
      statement.executeUpdate();
    }
  }

  private long storedPosition(TopicPartition at, long beginning) throws SQLException {
    try (PreparedStatement query = database.prepareStatement("SELECT next_offset FROM positions WHERE topic = ? AND part = ?")) {
      query.setString(1, at.topic());
      query.setInt(2, at.partition());
      ResultSet stored = query.executeQuery();
      return stored.next() ? stored.getLong(1) : beginning;
    }
  }

  private void storePosition(TopicPartition at, long next) throws SQLException {
    write("MERGE INTO positions KEY (topic, part) VALUES (?, ?, ?)", at.topic(), at.partition(), next);
  }

  /** Confluent's framing: a zero, the writer's schema id as four bytes, the Avro body; read as the newest schema has it. */
  private GenericRecord decode(String topic, byte[] bytes) throws Exception {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (buffer.get() != 0) throw new IOException("a record of " + topic + " is not framed");
    int id = buffer.getInt();
    if (!writers.containsKey(id)) writers.put(id, schemaAt("/schemas/ids/" + id));
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(writers.get(id), readers.get(topic));
    return reader.read(null, DecoderFactory.get().binaryDecoder(bytes, buffer.position(), buffer.remaining(), null));
  }

  private Schema schemaAt(String path) throws Exception {
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(URI.create(registry + path)).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) throw new IOException(registry + path + " answers " + answer.statusCode());
    JsonNode body = new ObjectMapper().readTree(answer.body());
    return new Schema.Parser().parse(body.get("schema").asText());
  }

  private void print() throws SQLException {
    for (String sql : List.of(
        "'lines', operator_id, currency, COUNT(*), SUM(gross_minor), SUM(vat_minor) FROM lines WHERE status = 'live'",
        "'charges', operator_id, currency, COUNT(*), SUM(gross_minor), SUM(vat_minor) FROM charge_parts JOIN charges USING (charge_id)",
        "'documents', operator_id, currency, COUNT(*), SUM(gross_minor), SUM(vat_minor) FROM documents")) {
      try (Statement statement = database.createStatement();
          ResultSet rows = statement.executeQuery("SELECT " + sql + " GROUP BY operator_id, currency ORDER BY 2, 3")) {
        while (rows.next()) {
          List<String> columns = new ArrayList<>();
          for (int column = 1; column <= 6; column++) columns.add(rows.getString(column));
          System.out.println(String.join(",", columns));
        }
      }
    }
  }
}
