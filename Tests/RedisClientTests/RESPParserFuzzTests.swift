import NIOCore
import Testing

@testable import RedisClient

/// SplitMix64 (https://prng.di.unimi.it/splitmix64.c): the same sequence for the same seed on every machine.
private struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

@Suite("The parser, fed with anything", .serialized)
struct RESPParserFuzzTests {
  private static let limits = RedisLimits(nestingDepth: 3, elements: 20, bulkSize: 64, replySize: 200)
  private static let alphabet = Array("+-:$*_#,(!=%~>|0123456789\r\nab?.;tfx".utf8)

  @Test("never crashes and keeps its limits on random bytes", arguments: 0..<4 as Range<UInt64>)
  func randomBytes(seed: UInt64) async {
    var generator = SeededGenerator(state: seed)
    for round in 0..<25_000 {
      // Other tests, some of which are about time, share the threads.
      if round % 500 == 0 { await Task.yield() }
      let count = Int(generator.next() % 24)
      let isPlausible = generator.next() % 4 != 0
      let bytes = (0..<count).map { _ in
        isPlausible
          ? Self.alphabet[Int(generator.next() % UInt64(Self.alphabet.count))]
          : UInt8(truncatingIfNeeded: generator.next())
      }
      check(bytes, &generator)
    }
  }

  @Test("never crashes and keeps its limits on valid values with damage", arguments: 0..<4 as Range<UInt64>)
  func damagedValues(seed: UInt64) async {
    var generator = SeededGenerator(state: seed)
    let samples = RESPParserTests.samples.map { Array($0.0.utf8) }
    for round in 0..<25_000 {
      // Other tests, some of which are about time, share the threads.
      if round % 500 == 0 { await Task.yield() }
      var bytes = samples[Int(generator.next() % UInt64(samples.count))]
      bytes += samples[Int(generator.next() % UInt64(samples.count))]
      for _ in 0...generator.next() % 3 { damage(&bytes, &generator) }
      check(bytes, &generator)
    }
  }

  private func damage(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    guard !bytes.isEmpty else { return }
    let index = Int(generator.next() % UInt64(bytes.count))
    switch generator.next() % 4 {
    case 0: bytes[index] = Self.alphabet[Int(generator.next() % UInt64(Self.alphabet.count))]
    case 1: bytes.remove(at: index)
    case 2: bytes.insert(Self.alphabet[Int(generator.next() % UInt64(Self.alphabet.count))], at: index)
    default: bytes[index] ^= 1 << UInt8(generator.next() % 8)
    }
  }

  /// Whole and in two pieces the outcome must be the same, and no value may exceed the limits.
  private func check(_ bytes: [UInt8], _ generator: inout SeededGenerator) {
    let cut = Int(generator.next() % UInt64(bytes.count + 1))
    let (whole, error) = outcome([bytes[...]])
    let (pieces, errorOfPieces) = outcome([bytes[..<cut], bytes[cut...]])
    if whole.count != pieces.count || error != errorOfPieces {
      Issue.record("\(bytes) cut at \(cut): \(whole), \(pieces), \(String(describing: errorOfPieces))")
    }
    if whole.contains(where: { Self.size($0, depth: 0) > Self.limits.elements }) {
      Issue.record("\(bytes) exceeds the limits")
    }
  }

  private func outcome(_ pieces: [ArraySlice<UInt8>]) -> ([RedisValue], RedisError?) {
    var parser = RESPParser(limits: Self.limits)
    var values: [RedisValue] = []
    do throws(RedisError) {
      for piece in pieces {
        parser.append(ByteBuffer(bytes: piece))
        while let value = try parser.next() { values.append(value) }
      }
      return (values, nil)
    } catch {
      return (values, error)
    }
  }

  /// How many elements a value has; very many if it is nested too deeply or a string is too long.
  private static func size(_ value: RedisValue, depth: Int) -> Int {
    if depth > limits.nestingDepth { return .max / 2 }
    switch value {
    case .string(let bytes): return bytes.readableBytes > limits.replySize ? .max / 2 : 0
    case .map(let entries):
      return entries.reduce(0) { $0 + 2 + size($1.key, depth: depth + 1) + size($1.value, depth: depth + 1) }
    default: return (value.array ?? []).reduce(0) { $0 + 1 + size($1, depth: depth + 1) }
    }
  }
}
