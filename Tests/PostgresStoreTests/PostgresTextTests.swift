import PostgresClient
import TestSupport
import Testing

@Suite("Text on its way to the database and back", .needsPostgres, .timeLimit(.minutes(2)))
struct PostgresTextTests {
  private static let fragments = [
    "a", "NULL", "\"", "'", "''", "\\", "\\\\", "\\N", "\\.", "\\x41", "\\u0041", "\n", "\r", "\r\n", "\t", "{", "}",
    ",", ";--", "$1", "$$", "%s", " ", "\u{1}", "\u{8}", "\u{B}", "\u{C}", "\u{1B}", "\u{7F}", "\u{85}", "\u{A0}", "é",
    "e\u{301}", "\u{301}", "日本語", "🚀", "👩‍👩‍👧", "\u{200D}", "\u{202E}", "\u{2028}", "\u{FEFF}", "\u{FFFD}", "\u{FFFF}",
    "\u{10FFFF}",
  ]

  /// Texts of every kind, and now and then none.
  private static func texts(_ seed: UInt64, count: Int = 300) -> [String?] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      if Int.random(in: 0..<20, using: &generator) == 0 { return nil }
      let length = Int.random(in: 0...8, using: &generator)
      return (0..<length).map { _ in fragments.randomElement(using: &generator) ?? "" }.joined()
    }
  }

  /// Texts byte by byte: Swift takes those for equal that only look the same.
  private static func bytes(_ texts: [String?]) -> [[UInt8]?] { texts.map { text in text.map { Array($0.utf8) } } }

  @Test("is the same in parameters", arguments: 1...4 as ClosedRange<UInt64>)
  func parameters(seed: UInt64) async throws {
    let texts = Self.texts(seed)
    try await withDatabase { client, _ in
      let returned = try await client.transaction(.snapshot, timeout: patience) { connection in
        try texts.map { try connection.query("SELECT $1::text", [$0])[0, 0] }
      }
      #expect(Self.bytes(returned) == Self.bytes(texts))
    }
  }

  @Test("is the same in arrays, among them the missing ones", arguments: 5...8 as ClosedRange<UInt64>)
  func arrays(seed: UInt64) async throws {
    let texts = Self.texts(seed)
    try await withDatabase { client, _ in
      let sql = "SELECT text FROM unnest($1::text[]) WITH ORDINALITY AS given (text, place) ORDER BY place"
      let returned = try await client.transaction(.snapshot, timeout: patience) { connection in
        let rows = try connection.query(sql, [PostgresLiteral.array(texts)])
        return (0..<rows.count).map { rows[$0, 0] }
      }
      #expect(Self.bytes(returned) == Self.bytes(texts))
      let none = try await client.value("SELECT cardinality($1::text[])", [PostgresLiteral.array([])])
      #expect(none == "0")
    }
  }

  @Test("is the same in statements, whatever the server takes backslashes for", arguments: ["on", "off"])
  func statements(standard: String) async throws {
    let texts = Self.texts(9).compactMap(\.self)
    try await withDatabase { client, _ in
      let returned = try await client.transaction(.snapshot, timeout: patience) { connection in
        try connection.execute("SET LOCAL standard_conforming_strings = \(standard)")
        return try texts.map { try connection.query("SELECT \(PostgresLiteral.string($0))")[0, 0] }
      }
      #expect(Self.bytes(returned) == Self.bytes(texts))
    }
  }

  @Test("is the same when it is copied out, row by row and field by field", arguments: 10...13 as ClosedRange<UInt64>)
  func copy(seed: UInt64) async throws {
    let texts = Self.texts(seed, count: 2_000)
    try await withDatabase { client, _ in
      let array = PostgresLiteral.string(PostgresLiteral.array(texts))
      let selection = """
        SELECT text, NULL, '', place, text
        FROM unnest(\(array)::text[]) WITH ORDINALITY AS given (text, place) ORDER BY place
        """
      let rows = try await client.transaction(.snapshot, timeout: patience) { connection in
        var rows: [[String?]] = []
        try connection.copy(selection) { row in rows.append((0..<row.count).map { row.text($0) }) }
        return rows
      }
      let expected = texts.enumerated().map { [$1, nil, "", String($0 + 1), $1] }
      #expect(rows.map(Self.bytes) == expected.map(Self.bytes))
    }
  }

  @Test("is never cut: what the database cannot hold is refused")
  func zero() async throws {
    try await withDatabase { client, _ in
      let returned: [UInt8]?
      do {
        returned = try await client.value("SELECT $1::text", ["a\u{0}b"]).map { Array($0.utf8) }
      } catch is PostgresError {
        return
      }
      #expect(returned == [0x61, 0, 0x62])
    }
  }

  @Test("is the same when it is two megabytes long, more than any buffer on the way holds")
  func long() async throws {
    let text = String(repeating: "größe\t\\\n", count: 200_000)
    try await withDatabase { client, _ in
      let length = try await client.value("SELECT octet_length($1::text)", [text])
      #expect(length == String(text.utf8.count))
      let (query, copy) = try await client.transaction(.snapshot, timeout: patience) { connection in
        var copied: String?
        let selection = "SELECT repeat(E'größe\\t\\\\\\n', 200000)"
        try connection.copy(selection) { copied = $0.text(0) }
        return (try connection.query(selection)[0, 0], copied)
      }
      #expect(query == text)
      #expect(copy == text)
    }
  }

  // MARK: Copies that do not end well

  @Test("is not copied to the end when the reader fails, and the client goes on")
  func abandonedCopy() async throws {
    struct Enough: Error {}
    try await withDatabase(poolSize: 1) { client, _ in
      await #expect(throws: Enough.self) {
        try await client.transaction(.snapshot, timeout: patience) { connection in
          try connection.copy("SELECT repeat('x', 1000) FROM generate_series(1, 100000)") { _ in throw Enough() }
        }
      }
      let value = try await client.value("SELECT 'after'")
      #expect(value == "after")
    }
  }

  @Test(
    "is not copied from a query that fails, at its beginning or in the middle, and the client goes on",
    arguments: [
      ("SELECT * FROM nowhere", "42P01"), ("SELECT 1 / (9999 - n) FROM generate_series(1, 20000) AS n", "22012"),
    ])
  func failingCopy(selection: String, state: String) async throws {
    try await withDatabase(poolSize: 1) { client, _ in
      let error = await #expect(throws: PostgresError.self) {
        try await client.transaction(.snapshot, timeout: patience) { try $0.copy(selection) { _ in } }
      }
      #expect(error?.sqlState == state)
      let rows = try await client.transaction(.snapshot, timeout: patience) { connection in
        var rows = 0
        try connection.copy("SELECT n FROM generate_series(1, 100) AS n WHERE n > 100") { _ in rows += 1 }
        return rows
      }
      #expect(rows == 0)
    }
  }
}
