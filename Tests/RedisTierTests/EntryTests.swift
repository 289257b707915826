import Compression
import RedisTier
import TestSupport
import Testing

@Suite("Cache entries")
struct EntryTests {
  private static let header = EntryHeader(
    kind: .part, name: "openrouter", lifetime: "4f1c", revision: 12, writtenAt: 1_763_840_000, fresh: 1_800,
    stale: 3_600)

  @Test("The first line shows a person what is there")
  func golden() throws {
    let bytes = try Entry.encode(Self.header, payload: Array("hello".utf8))
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "modelcatalog/1 kind=part name=openrouter lifetime=4f1c revision=12 override=- version=- written=1763840000 "
        + "fresh=1800 stale=3600 codec=none length=5 raw=5 checksum=f10ed015\nhello")
    let entry = try Entry(bytes)
    #expect(entry.header.name == "openrouter")
    #expect(try entry.payload() == Array("hello".utf8))
  }

  @Test("Large payloads are compressed when that makes them smaller, and come back whole")
  func compression() throws {
    var random = SplitMix64(seed: 1)
    let text = Array(repeating: UInt8(ascii: "a"), count: 5_000)
    let noise = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    for (payload, codec) in [(text, EntryHeader.Codec.gzip), (noise, .none), (Array(text.prefix(1_024)), .none)] {
      let bytes = try Entry.encode(Self.header, payload: payload)
      let entry = try Entry(bytes)
      #expect(entry.header.codec == codec)
      #expect(entry.header.rawBytes == payload.count)
      #expect(try entry.payload() == payload)
    }
  }

  @Test("Whatever names, revisions and times are, they are read as they were written", arguments: 0..<200)
  func roundTrip(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let texts = ["", "-", "a b", "x=y", "50%", "\n", "größer 🚀", "models:model:openai/gpt-4o", "\u{7F}\0", "%2D"]
    func text() -> String { texts[Int.random(in: 0..<texts.count, using: &random)] }
    let header = EntryHeader(
      kind: Bool.random(using: &random) ? .part : .view, name: text(), lifetime: text(),
      revision: Int64.random(in: .min ... .max, using: &random), override: Bool.random(using: &random) ? text() : nil,
      version: Bool.random(using: &random) ? text() : nil, writtenAt: Int.random(in: 0 ... .max, using: &random),
      fresh: Int.random(in: 0...10_000, using: &random), stale: Int.random(in: 0...10_000, using: &random))
    let payload = (0..<Int.random(in: 0..<3_000, using: &random)).map { _ in UInt8.random(in: 0..<4, using: &random) }
    let bytes = try Entry.encode(header, payload: payload)
    let line = try #require(bytes.firstIndex(of: 0x0A))
    #expect(bytes[..<line].allSatisfy { (0x20...0x7E).contains($0) })
    let entry = try Entry(bytes)
    let read = entry.header
    #expect(read.kind == header.kind && read.name == header.name && read.lifetime == header.lifetime)
    #expect(read.revision == header.revision && read.override == header.override && read.version == header.version)
    #expect(read.writtenAt == header.writtenAt && read.fresh == header.fresh && read.stale == header.stale)
    #expect(try entry.payload() == payload)
  }

  @Test("Every changed, missing or added byte is found", arguments: [10, 3_000])
  func damage(size: Int) throws {
    let bytes = try Entry.encode(Self.header, payload: Array(repeating: 7, count: size))
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        #expect(throws: EntryError.self, "byte \(index), bit \(bit)") { try Entry(damaged).payload() }
      }
      #expect(throws: EntryError.self) { try Entry(Array(bytes[..<index])) }
    }
    #expect(
      throws: EntryError.wrongLength(
        expected: bytes.count - Self.line(bytes).count, found: bytes.count - Self.line(bytes).count + 1)
    ) {
      try Entry(bytes + [0])
    }
  }

  @Test("Other values under the key are told apart from damage")
  func otherValues() throws {
    #expect(throws: EntryError.notAnEntry) { try Entry([]) }
    #expect(throws: EntryError.notAnEntry) { try Entry(Array("{\"models\":[]}\n".utf8)) }
    #expect(throws: EntryError.notAnEntry) { try Entry(Array("modelcatalog/1 without an end".utf8)) }
    #expect(throws: EntryError.otherFormat("2")) { try Entry(Array("modelcatalog/2 kind=part\n".utf8)) }
    #expect(throws: EntryError.badHeader(field: "name")) { try Entry(Array("modelcatalog/1 kind=part id=x\n".utf8)) }
  }

  @Test("A line that promises too much, or is written in another way, is refused")
  func forgedLines() throws {
    let bytes = try Entry.encode(Self.header, payload: Array("hello".utf8))
    #expect(throws: EntryError.tooLarge(bytes: 999_999_999)) {
      try Entry(Self.replacing("length=5 raw=5", "length=5 raw=999999999", in: bytes))
    }
    #expect(throws: EntryError.badHeader(field: "raw")) { try Entry(Self.replacing("raw=5", "raw=6", in: bytes)) }
    for (old, new) in [
      ("revision=12", "revision=+12"), ("fresh=1800", "fresh=01800"), ("=openrouter", "=%6Fpenrouter"),
    ] {
      #expect(throws: EntryError.badHeader(field: "line")) { try Entry(Self.replacing(old, new, in: bytes)) }
    }
    #expect(throws: EntryError.badHeader(field: "stale")) { try Entry(Self.replacing("3600", "-1x", in: bytes)) }
  }

  @Test("A payload never decompresses to more than the line says")
  func bomb() throws {
    let bytes = try Entry.encode(Self.header, payload: Array(repeating: 0, count: 1_000_000))
    for raw in [999_999, 1_000_001] {
      let forged = try Self.resealed(Self.replacing("raw=1000000", "raw=\(raw)", in: bytes))
      let error = #expect(throws: EntryError.self) { try Entry(forged).payload() }
      #expect(error?.reason == "bad_payload")
    }
  }

  @Test("What cannot be a line is refused when it is written")
  func unwritable() throws {
    var header = Self.header
    header.fresh = -1
    #expect(throws: EntryError.badHeader(field: "fresh")) { try Entry.encode(header, payload: []) }
    header = Self.header
    header.name = String(repeating: "x", count: 5_000)
    #expect(throws: EntryError.badHeader(field: "name")) { try Entry.encode(header, payload: []) }
  }

  @Test("Whatever the bytes are, they are refused or are the payload that was written", arguments: 0..<4)
  func mutations(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let payload = Array("the payload of an entry, ".utf8)
    let entries = try [payload, Array(repeating: payload, count: 100).flatMap(\.self)].map {
      try Entry.encode(Self.header, payload: $0)
    }
    for _ in 0..<25_000 {
      var bytes = entries[Int.random(in: 0..<entries.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(UInt8.random(in: 0x20...0x7F, using: &random), at: place)
        case 2 where bytes.count > 1: bytes.remove(at: place)
        default: bytes[place] ^= 1
        }
      }
      do {
        let read = try Entry(bytes).payload()
        #expect(entries.contains(bytes) && read.starts(with: payload))
      } catch {
        #expect(!error.reason.isEmpty && !error.description.isEmpty)
      }
    }
  }

  private static func line(_ bytes: [UInt8]) -> [UInt8] { bytes.prefix { $0 != 0x0A } + [0x0A] }

  private static func replacing(_ old: String, _ new: String, in bytes: [UInt8]) throws -> [UInt8] {
    let range = try #require(bytes.firstRange(of: Array(old.utf8)))
    return bytes[..<range.lowerBound] + Array(new.utf8) + bytes[range.upperBound...]
  }

  /// The entry with a checksum that fits, as somebody would forge it.
  private static func resealed(_ bytes: [UInt8]) throws -> [UInt8] {
    let end = try #require(bytes.firstRange(of: Array(" checksum=".utf8)))
    let stored = bytes[line(bytes).count...]
    var checksum = CRC32()
    checksum.combine(bytes[..<end.lowerBound])
    checksum.combine(stored)
    let digits = String(checksum.value, radix: 16)
    let padded = String(repeating: "0", count: 8 - digits.count) + digits
    return bytes[..<end.upperBound] + Array("\(padded)\n".utf8) + stored
  }
}
