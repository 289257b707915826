import Compression
import TestSupport
import Testing

struct CompressionTests {
  private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  @Test("what was compressed decompresses to the same bytes", arguments: [0, 1, 100, 65_535, 65_536, 65_537, 300_000])
  func roundTrip(_ count: Int) throws {
    for bytes in [Self.bytes(count, seed: UInt64(count)), [UInt8](repeating: 0x61, count: count)] {
      for level: Int32 in [1, 6, 9] {
        let packed = try Gzip.compress(bytes, level: level)
        #expect(packed.starts(with: [0x1F, 0x8B]))
        #expect(try Gzip.decompress(packed, limit: count) == bytes)
      }
    }
  }

  @Test("text gets smaller")
  func textGetsSmaller() throws {
    let text = Array(String(repeating: #"{"id":"model","pricing":{"prompt":"0.0000025"}},"#, count: 200).utf8)
    #expect(try Gzip.compress(text).count < text.count / 10)
  }

  @Test("a stream that was cut anywhere is refused")
  func truncated() throws {
    let packed = try Gzip.compress(Self.bytes(300, seed: 1))
    for length in 0..<packed.count {
      #expect(throws: GzipError.malformed) { try Gzip.decompress(Array(packed.prefix(length)), limit: 1_000) }
    }
  }

  @Test("bytes behind the stream are refused, not dropped")
  func trailing() throws {
    let packed = try Gzip.compress(Array("one".utf8))
    #expect(throws: GzipError.malformed) { try Gzip.decompress(packed + packed, limit: 1_000) }
    #expect(throws: GzipError.malformed) { try Gzip.decompress(packed + [0], limit: 1_000) }
  }

  @Test("a stream in which a bit was changed is refused, or the bit meant nothing; it never gives other bytes")
  func corrupted() throws {
    let bytes = Self.bytes(200, seed: 2)
    let packed = try Gzip.compress(bytes)
    var refused = 0
    for index in packed.indices {
      for bit in 0..<8 {
        var damaged = packed
        damaged[index] ^= 1 << bit
        do {
          #expect(try Gzip.decompress(damaged, limit: 100_000) == bytes)
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > (packed.count - 10) * 7)
  }

  @Test("bytes of any other kind are refused", arguments: ["", "plain text", "PK\u{3}\u{4}", #"{"data":[]}"#])
  func notGzip(_ text: String) {
    #expect(throws: GzipError.malformed) { try Gzip.decompress(Array(text.utf8), limit: 1_000) }
  }

  @Test("a small stream that grows beyond the limit is refused without being unpacked")
  func bomb() throws {
    let packed = try Gzip.compress([UInt8](repeating: 0, count: 50_000_000), level: 1)
    #expect(packed.count < 300_000)
    #expect(throws: GzipError.tooLarge(limit: 1_000_000)) { try Gzip.decompress(packed, limit: 1_000_000) }
    #expect(throws: GzipError.tooLarge(limit: 0)) { try Gzip.decompress(packed, limit: 0) }
  }

  @Test("every error says what is wrong")
  func descriptions() {
    #expect(GzipError.malformed.description.contains("damaged"))
    #expect(GzipError.tooLarge(limit: 7).description.contains("7 bytes"))
    #expect(GzipError.zlib(code: -4).description.contains("-4"))
  }
}
