import NIOCore
import Testing

@testable import RedisClient

/// All values in `text`, which is given to the parser in pieces.
func parse(_ text: String, pieces: [Int] = [], limits: RedisLimits = RedisLimits()) throws -> [RedisValue] {
  try parse(bytes: Array(text.utf8), pieces: pieces, limits: limits)
}

/// All values in `bytes`, which are cut at the offsets `pieces`.
func parse(bytes: [UInt8], pieces: [Int] = [], limits: RedisLimits = RedisLimits()) throws -> [RedisValue] {
  var parser = RESPParser(limits: limits)
  var values: [RedisValue] = []
  var start = 0
  for end in pieces + [bytes.count] {
    parser.append(ByteBuffer(bytes: bytes[start..<end]))
    while let value = try parser.next() { values.append(value) }
    start = end
  }
  return values
}

extension RedisValue {
  /// A string.
  static func text(_ text: String) -> RedisValue { .string(ByteBuffer(string: text)) }
}

@Suite("The parser")
struct RESPParserTests {
  static let samples: [(String, RedisValue)] = [
    ("+OK\r\n", .text("OK")),
    ("+\r\n", .text("")),
    ("-OOM command not allowed\r\n", .error(RedisServerError(code: "OOM", message: "command not allowed"))),
    (
      "-ERR Error running script (call to f_ab12): @user_script:1: @user_script: 1: -READONLY You can't write.\r\n",
      .error(RedisServerError(code: "READONLY", message: "You can't write."))
    ),
    (
      "-ERR Error running script (call to f_ab12): @user_script:3: WRONGTYPE Operation: no\r\n",
      .error(RedisServerError(code: "WRONGTYPE", message: "Operation: no"))
    ),
    (
      "-ERR Error running script (call to f_ab12): @user_script:1: user_script:1: boom\r\n",
      .error(
        RedisServerError(
          code: "ERR", message: "Error running script (call to f_ab12): @user_script:1: user_script:1: boom"))
    ),
    ("-no code here\r\n", .error(RedisServerError(code: "ERR", message: "no code here"))),
    (":42\r\n", .integer(42)),
    (":+7\r\n", .integer(7)),
    (":-9223372036854775808\r\n", .integer(.min)),
    (":9223372036854775807\r\n", .integer(.max)),
    ("$5\r\nhello\r\n", .text("hello")),
    ("$0\r\n\r\n", .text("")),
    ("$4\r\n\r\n\r\n\r\n", .text("\r\n\r\n")),
    ("$-1\r\n", .null),
    ("*-1\r\n", .null),
    ("_\r\n", .null),
    ("#t\r\n", .boolean(true)),
    ("#f\r\n", .boolean(false)),
    (",1.5\r\n", .double(1.5)),
    (",-2e3\r\n", .double(-2000)),
    (",inf\r\n", .double(.infinity)),
    (",-inf\r\n", .double(-.infinity)),
    ("(3492890328409238509324850943850943825024385\r\n", .bigNumber("3492890328409238509324850943850943825024385")),
    ("(-1\r\n", .bigNumber("-1")),
    ("!10\r\nSYNTAX bad\r\n", .error(RedisServerError(code: "SYNTAX", message: "bad"))),
    ("=8\r\ntxt:Some\r\n", .text("Some")),
    ("=4\r\nmkd:\r\n", .text("")),
    ("*0\r\n", .array([])),
    ("*3\r\n:1\r\n$1\r\na\r\n*1\r\n_\r\n", .array([.integer(1), .text("a"), .array([.null])])),
    ("~2\r\n:1\r\n:1\r\n", .set([.integer(1), .integer(1)])),
    ("%0\r\n", .map([])),
    (
      "%2\r\n+a\r\n:1\r\n:2\r\n*0\r\n",
      .map([
        RedisMapEntry(key: .text("a"), value: .integer(1)), RedisMapEntry(key: .integer(2), value: .array([])),
      ])
    ),
    (">2\r\n+message\r\n+x\r\n", .push([.text("message"), .text("x")])),
    ("|1\r\n+ttl\r\n:5\r\n:7\r\n", .integer(7)),
    ("|0\r\n+x\r\n", .text("x")),
    ("*2\r\n:1\r\n|1\r\n+a\r\n*1\r\n:0\r\n:2\r\n", .array([.integer(1), .integer(2)])),
    ("*1\r\n-ERR inner\r\n", .array([.error(RedisServerError(code: "ERR", message: "inner"))])),
  ]

  @Test("reads every type", arguments: samples.indices)
  func everyType(index: Int) throws {
    let (text, value) = Self.samples[index]
    #expect(try parse(text) == [value])
  }

  @Test("reads NaN")
  func notANumber() throws {
    guard case .double(let number)? = try parse(",nan\r\n").first else {
      Issue.record("no double")
      return
    }
    #expect(number.isNaN)
  }

  @Test("gives the same values wherever the bytes are cut")
  func everyCut() throws {
    let text = Self.samples.map(\.0).joined()
    let whole = try parse(text)
    #expect(whole == Self.samples.map(\.1))
    let count = text.utf8.count
    for cut in 0...count { #expect(try parse(text, pieces: [cut]) == whole, "cut at \(cut)") }
    #expect(try parse(text, pieces: Array(0..<count)) == whole, "byte by byte")
    for size in [2, 3, 7] {
      #expect(try parse(text, pieces: Array(stride(from: 0, to: count, by: size))) == whole, "pieces of \(size)")
    }
  }

  @Test("reads a large string that arrives in pieces")
  func largeString() throws {
    let body = [UInt8]((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    let bytes = Array(":1\r\n$300000\r\n".utf8) + body + Array("\r\n:2\r\n".utf8)
    let expected: [RedisValue] = [.integer(1), .string(ByteBuffer(bytes: body)), .integer(2)]
    #expect(try parse(bytes: bytes) == expected)
    #expect(try parse(bytes: bytes, pieces: Array(stride(from: 5, to: bytes.count, by: 4099))) == expected)
  }

  @Test("copies small strings, so that they do not keep large buffers alive")
  func smallStringsAreCopied() throws {
    let text = String(repeating: "$100\r\n\(String(repeating: "v", count: 100))\r\n", count: 1000)
    for value in try parse(text) { #expect(try #require(value.bytes).storageCapacity <= 256) }
  }

  @Test(
    "refuses what is not RESP3",
    arguments: [
      "hello\r\n", "\r\n", "\n\r\n", ":\r\n", ":1a\r\n", ":9223372036854775808\r\n", ": 1\r\n", "$a\r\n", "$-2\r\n",
      "$3\r\nabcde\r\n", "$1\r\na\n\n", "*-2\r\n", "*1x\r\n", "%-1\r\n", "#x\r\n", "#\r\n", ",\r\n", ",0x1p3\r\n",
      ",infinity\r\n", "(\r\n", "(12a\r\n", "(--1\r\n", "_x\r\n", "=3\r\nabc\r\n", "=4\r\nabcd\r\n", "+a\rb\r\n",
      "$?\r\n", "*?\r\n", "%?\r\n", ";4\r\n", ".\r\n", "*1\r\n>1\r\n+x\r\n", "$-1x\r\n", "~-1\r\n",
      "$99999999999999999999\r\n", "%4611686018427387904\r\n",
    ])
  func refuses(text: String) {
    var parser = RESPParser(limits: RedisLimits())
    parser.append(ByteBuffer(string: text))
    let first = Result { while try parser.next() != nil {} }
    guard case .failure(let error as RedisError) = first, case .protocolViolation = error else {
      Issue.record("\(text) was accepted")
      return
    }
    parser.append(ByteBuffer(string: "+OK\r\n"))
    #expect(throws: error) { try parser.next() }
  }

  @Test(
    "keeps its limits",
    arguments: [
      "*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "*11\r\n", "%6\r\n", "*5\r\n*9\r\n", "$101\r\n",
      "*3\r\n$100\r\n\(String(repeating: "x", count: 100))\r\n$100\r\n", "|11\r\n",
      "+\(String(repeating: "x", count: 70_000))",
    ])
  func limits(text: String) {
    let limits = RedisLimits(nestingDepth: 3, elements: 10, bulkSize: 100, replySize: 200)
    let generous = RedisLimits(nestingDepth: 4, elements: 100, bulkSize: 1000, replySize: 1000)
    #expect(throws: RedisError.self) { try parse(text, limits: limits) }
    if text.utf8.count < 1000 { #expect(throws: Never.self) { try parse(text, limits: generous) } }
  }

  @Test("starts to count anew with every reply")
  func limitsAreForOneReply() throws {
    let limits = RedisLimits(nestingDepth: 1, elements: 2, bulkSize: 10, replySize: 40)
    let reply = "*2\r\n$10\r\n0123456789\r\n:1\r\n"
    #expect(try parse(String(repeating: reply, count: 100), limits: limits).count == 100)
  }
}
