import Catalog
import Foundation
import TestSupport
import Testing

@Suite("JSON")
struct JSONTests {
  @Test("Numbers keep the text that they were written in")
  func numbers() throws {
    let value = try JSONReader.parse("[0.22999999999999998,1e3,-0,12345678901234567890123]")
    #expect(
      value
        == .array([
          .number("0.22999999999999998"), .number("1e3"), .number("-0"), .number("12345678901234567890123"),
        ]))
  }

  @Test(
    "What RFC 8259 does not allow is refused",
    arguments: [
      "", " ", "{", "[1,]", "[,1]", #"{"a":1,}"#, #"{"a" 1}"#, #"{a:1}"#, "01", "1.", ".1", "+1", "1e", "-", "nul",
      "true x",
      #""\x""#, #""\u12""#, #""\ud800""#, #""\ud800\u0041""#, "\"\n\"", "\"abc", "[1] [2]", #"{"a":1,"a":2}"#, "NaN",
      "'a'",
    ])
  func malformed(text: String) {
    #expect(throws: JSONError.self) { try JSONReader.parse(text) }
  }

  @Test("Invalid UTF-8 is refused, a byte order mark is skipped")
  func encoding() throws {
    #expect(throws: JSONError.self) { try JSONReader.parse([0x22, 0xFF, 0x22]) }
    #expect(try JSONReader.parse([0xEF, 0xBB, 0xBF, 0x31]) == .number("1"))
  }

  @Test("Escapes and surrogates are decoded")
  func escapes() throws {
    #expect(try JSONReader.parse(#""\"\\\/\b\f\n\r\té😀""#) == .string("\"\\/\u{8}\u{c}\n\r\té😀"))
  }

  @Test("Depth, number of values and length of strings are bounded")
  func bounds() throws {
    let limits = JSONLimits(depth: 3, values: 5, stringBytes: 4)
    #expect(throws: JSONError.self) { try JSONReader.parse("[[[[]]]]", limits: limits) }
    #expect(throws: JSONError.self) { try JSONReader.parse("[1,2,3,4,5,6]", limits: limits) }
    #expect(throws: JSONError.self) { try JSONReader.parse(#""abcde""#, limits: limits) }
    #expect(throws: JSONError.self) { try JSONReader.parse(#""abc\n\n""#, limits: limits) }
    #expect(try JSONReader.parse("[[[]],1]", limits: limits) == .array([.array([.array([])]), .number("1")]))
    #expect(throws: JSONError.self) { try JSONReader.parse(String(repeating: "[", count: 100_000)) }
  }

  @Test("Elements are pulled one by one")
  func pulling() throws {
    var reader = JSONReader(Array(#"{"skip":[1,{"x":2}],"data":[{"id":"a"},{"id":"b"}]}"#.utf8))
    var ids: [String] = []
    try reader.enterObject()
    while let name = try reader.nextMember() {
      guard name == "data" else {
        _ = try reader.readValue()
        continue
      }
      try reader.enterArray()
      while try reader.hasNextElement() { ids.append(try reader.readValue().object?["id"]?.string ?? "") }
    }
    try reader.finish()
    #expect(ids == ["a", "b"])
  }

  @Test("What is written is read again as the same value", arguments: 0..<4 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<300 {
      let value = Self.randomValue(&random, depth: 0)
      var json = JSONWriter()
      json.value(value)
      #expect(try JSONReader.parse(json.bytes) == value)
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(json.bytes), options: .fragmentsAllowed)
      }
    }
  }

  @Test(
    "No damaged document crashes the reader, and what it takes, Foundation takes too", arguments: 0..<4 as Range<UInt64>
  )
  func fuzz(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for _ in 0..<1_500 {
      var json = JSONWriter()
      json.value(Self.randomValue(&random, depth: 0))
      var bytes = json.bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        default: bytes.insert(Array("{}[],:\"\\0e-u ".utf8).randomElement(using: &random) ?? 0, at: place)
        }
      }
      do {
        _ = try JSONReader.parse(bytes)
      } catch {
        continue
      }
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) }
    }
  }

  private static func randomValue(_ random: inout SplitMix64, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 4 : 6), using: &random) {
    case 0: .null
    case 1: .bool(Bool.random(using: &random))
    case 2:
      .number("\(Int.random(in: -1_000_000...1_000_000, using: &random)).\(Int.random(in: 0...99, using: &random))e-3")
    case 3: .string(randomText(&random))
    case 4: .array((0..<Int.random(in: 0...4, using: &random)).map { _ in randomValue(&random, depth: depth + 1) })
    default:
      .object(
        JSONObject(
          (0..<Int.random(in: 0...4, using: &random)).map { index in
            (name: "\(index)\(randomText(&random))", value: randomValue(&random, depth: depth + 1))
          }))
    }
  }

  private static func randomText(_ random: inout SplitMix64) -> String {
    let scalars: [Unicode.Scalar] = ["a", "\"", "\\", "/", "\n", "\t", "\u{1}", "\u{1f}", "é", "😀", "\u{2028}", " "]
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...8, using: &random) { text.append(scalars.randomElement(using: &random) ?? "a") }
    return String(text)
  }
}
