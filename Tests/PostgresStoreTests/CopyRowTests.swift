import TestSupport
import Testing

@testable import PostgresClient

@Suite("A row that is copied out")
struct CopyRowTests {
  /// Reads a row.
  private func with<Result>(_ line: [UInt8], _ body: (CopyRow) -> Result) -> Result {
    var fields = CopyRow.Fields()
    return line.withUnsafeBytes { body(CopyRow($0, &fields)) }
  }

  private func texts(_ line: [UInt8]) -> [String?] { with(line) { row in (0..<row.count).map { row.text($0) } } }

  // From the PostgreSQL manual, COPY, "Text Format".
  static let rows: [(String, [String?])] = [
    ("a\tb\n", ["a", "b"]), ("a\tb", ["a", "b"]), ("a\n", ["a"]), ("\n", [""]), ("", [""]), ("\t\t\n", ["", "", ""]),
    ("\\N\n", [nil]), ("\\N\t\t\\N\n", [nil, "", nil]), ("N\t\\\\N\n", ["N", "\\N"]),
    ("\\b\\f\\n\\r\\t\\v\\\\\n", ["\u{8}\u{C}\n\r\t\u{B}\\"]), ("a\\tb\tc\n", ["a\tb", "c"]), ("\\\\t\n", ["\\t"]),
    ("\\\\\\n\n", ["\\\n"]), ("\\\\.\n", ["\\."]), ("größe\t🚀\n", ["größe", "🚀"]), ("\r\n", ["\r"]),
    ("{\"a\\\\n\":1}\n", ["{\"a\\n\":1}"]), ("\\x\n", ["x"]), ("a\\\n", ["a"]),
  ]

  @Test("has the fields that the server wrote", arguments: rows)
  func golden(line: String, texts: [String?]) {
    #expect(self.texts(Array(line.utf8)) == texts)
  }

  @Test("has whole numbers where there are some, and nil where there are none")
  func integers() {
    let line = Array("1\t-5\t9223372036854775807\t9223372036854775808\t\\N\t\t1.5\t x\n".utf8)
    #expect(
      with(line) { row in (0..<row.count).map { row.integer($0) } } == [1, -5, .max, nil, nil, nil, nil, nil])
  }

  @Test("has nil for a field that there is not", arguments: [1, 2, 1_000, .max])
  func missing(field: Int) {
    #expect(with(Array("a\n".utf8)) { $0.text(field) } == nil)
    #expect(with(Array("1\n".utf8)) { $0.integer(field) } == nil)
  }

  @Test("has nothing of the row before it, whose memory it uses again")
  func reused() {
    var fields = CopyRow.Fields()
    for line in ["a\tb\tc\n", "d\n", "\\N\te\n", "\n"] {
      let texts = Array(line.utf8).withUnsafeBytes { bytes in
        let row = CopyRow(bytes, &fields)
        return (0..<row.count + 2).map { row.text($0) }
      }
      #expect(texts == self.texts(Array(line.utf8)) + [nil, nil])
    }
  }

  @Test("is read without a trap whatever it is, and as a simple reader does", arguments: 1...4 as ClosedRange<UInt64>)
  func anything(seed: UInt64) async {
    var generator = SplitMix64(seed: seed)
    let alphabet = Array("\\\\\\NNab\t\t\nn0".utf8)
    for round in 0..<20_000 {
      // Other tests, some of which are about time, share the threads.
      if round % 500 == 0 { await Task.yield() }
      let isPlausible = Int.random(in: 0..<4, using: &generator) > 0
      let line = (0..<Int.random(in: 0..<16, using: &generator)).map { _ in
        isPlausible
          ? alphabet.randomElement(using: &generator) ?? 0 : UInt8.random(in: .min ... .max, using: &generator)
      }
      let expected = Self.simpleReading(line)
      if texts(line) != expected { Issue.record("\(line) gave \(texts(line)) instead of \(expected)") }
    }
  }

  @Test("is the row that was written, whatever text is in it", arguments: 5...8 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let alphabet = Array("\\N\t\n\u{8}\r\u{B}\u{C}a.é🚀\u{1}".unicodeScalars)
    for _ in 0..<2_000 {
      let texts = (0..<Int.random(in: 1..<6, using: &generator)).map { _ -> String? in
        if Int.random(in: 0..<6, using: &generator) == 0 { return nil }
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<6, using: &generator) {
          text.append(alphabet.randomElement(using: &generator) ?? "?")
        }
        return String(text)
      }
      let line = texts.map { $0.map(Self.written) ?? "\\N" }.joined(separator: "\t") + "\n"
      if self.texts(Array(line.utf8)) != texts { Issue.record("\(texts) came back as \(self.texts(Array(line.utf8)))") }
    }
  }

  // MARK: The same, simply

  /// The text of a field as the server writes it.
  private static func written(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "\u{8}": "\\b"
      case "\u{C}": "\\f"
      case "\n": "\\n"
      case "\r": "\\r"
      case "\t": "\\t"
      case "\u{B}": "\\v"
      default: String(scalar)
      }
    }.joined()
  }

  private static let meanings = Dictionary(uniqueKeysWithValues: zip("bfnrtv".utf8, [8, 12, 10, 13, 9, 11] as [UInt8]))

  private static func simpleReading(_ line: [UInt8]) -> [String?] {
    let content = line.last == 0x0A ? line.dropLast() : line[...]
    return content.split(separator: 0x09, omittingEmptySubsequences: false).map { field in
      if field.elementsEqual("\\N".utf8) { return nil }
      var plain: [UInt8] = []
      var bytes = field.makeIterator()
      while let byte = bytes.next() {
        guard byte == 0x5C else {
          plain.append(byte)
          continue
        }
        guard let escaped = bytes.next() else { break }
        plain.append(meanings[escaped] ?? escaped)
      }
      return String(decoding: plain, as: UTF8.self)
    }
  }
}
