import Catalog
import TestSupport
import Testing
import TieredCaching

@Suite("Damaged and forged parts")
struct PartCodingFuzzTests {
  /// Each seed gives this many inputs.
  private static let inputs = 15_000

  @Test("Whatever the bytes are, they are refused or give a part that can be served", arguments: 0..<8)
  func mutations(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let parts = [
      try CodedParts.part([.sampleWithEverything()]), try CodedParts.part([.sample(), .sample(id: "x/y")]),
      try CodedParts.part([]),
    ].map { $0.encoded() }
    var accepted = 0
    for _ in 0..<Self.inputs {
      var bytes = parts[Int.random(in: 0..<parts.count, using: &random)]
      for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, parts, using: &random) }
      guard let part = try Self.read(bytes) else { continue }
      accepted += 1
      #expect(part.joinedRecords.count <= bytes.count)
      let manifest = Manifest(lifetime: "test", revisions: [CodedParts.id: part.revision])
      let snapshot = CatalogSnapshot(manifest: manifest, parts: [part, part])
      for offer in part.offers { #expect(!snapshot.offers(named: offer.offer.id).isEmpty) }
    }
    // Most mutations hit texts, which any text may replace.
    #expect(accepted > Self.inputs / 100)
  }

  /// The part; nil when the bytes are refused as they should be.
  private static func read(_ bytes: [UInt8]) throws -> CatalogPart? {
    do {
      return try CodedParts.read(bytes)
    } catch {
      _ = error.description
      return nil
    }
  }

  private static func mutate(_ bytes: inout [UInt8], _ others: [[UInt8]], using random: inout SplitMix64) {
    guard !bytes.isEmpty else { return }
    let place = Int.random(in: 0..<bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes.removeSubrange(place...)
    case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 4:
      let extreme: [UInt32] = [0, 1, 0x7F, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, .max, UInt32(bytes.count)]
      let value = extreme[Int.random(in: 0..<extreme.count, using: &random)]
      for (index, byte) in withUnsafeBytes(of: value.littleEndian, Array.init).enumerated()
      where place + index < bytes.count {
        bytes[place + index] = byte
      }
    default:
      let other = others[Int.random(in: 0..<others.count, using: &random)]
      let from = Int.random(in: 0..<other.count, using: &random)
      let length = min(Int.random(in: 1...64, using: &random), other.count - from)
      bytes.replaceSubrange(place..<min(place + length, bytes.count), with: other[from..<from + length])
    }
  }
}
