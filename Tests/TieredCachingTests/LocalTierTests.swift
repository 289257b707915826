import TestSupport
import Testing
import TieredCaching

@Suite("Local tier")
struct LocalTierTests {
  private func tier(entries: Int = 10, bytes: Int = 1_000) -> LocalTier<Int> {
    let tier = LocalTier<Int>(maximumEntries: entries, maximumBytes: bytes)
    tier.move(to: "v1")
    return tier
  }

  private func key(_ number: Int) -> ViewKey { ViewKey(view: "test", name: String(number)) }

  @Test("Neither bound is ever exceeded, whatever is stored, read and dropped", arguments: 0..<10 as Range<UInt64>)
  func bounds(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let tier = tier(entries: 20, bytes: 500)
    var version = 1
    var reservations: [Int] = []
    for step in 0..<5_000 {
      let number = Int.random(in: 0..<60, using: &random)
      switch Int.random(in: 0..<100, using: &random) {
      case 0:
        version += 1
        tier.move(to: "v\(version)")
      case 1..<5:
        let bytes = Int.random(in: 0...200, using: &random)
        let hasRoom = reservations.reduce(0) { $0 + min($1, 125) } + min(bytes, 125) <= 125
        #expect(tier.reserve(bytes) == hasRoom)
        if hasRoom { reservations.append(bytes) }
      case 5..<10: if !reservations.isEmpty { tier.release(reservations.removeFirst()) }
      case 10..<50:
        tier.store(number, for: key(number), version: "v\(version)", bytes: Int.random(in: 0...260, using: &random))
      default:
        if let value = tier.value(for: key(number), version: "v\(version)") { #expect(value == number) }
      }
      let size = tier.size
      #expect(size.entries <= 20 && size.bytes + size.reservedBytes <= 500, "step \(step)")
      #expect(size.reservedBytes == reservations.reduce(0) { $0 + min($1, 125) })
    }
  }

  @Test("A scan does not push out what is read again and again")
  func scanResistance() {
    let tier = tier(entries: 10)
    for hot in 0..<5 {
      tier.store(hot, for: key(hot), version: "v1", bytes: 1)
      _ = tier.value(for: key(hot), version: "v1")
    }
    for cold in 100..<1_000 { tier.store(cold, for: key(cold), version: "v1", bytes: 1) }
    for hot in 0..<5 { #expect(tier.value(for: key(hot), version: "v1") == hot) }
  }

  @Test("Values that are being made do not push out what is read again and again, however many and large they are")
  func reservationsSpareHotEntries() {
    let tier = tier(bytes: 1_000)
    for hot in 0..<7 {
      tier.store(hot, for: key(hot), version: "v1", bytes: 100)
      _ = tier.value(for: key(hot), version: "v1")
    }
    var granted = 0
    for bytes in [50, 100, 5_000, 100, 100] where tier.reserve(bytes) { granted += 1 }
    #expect(granted == 3)
    #expect(tier.size.reservedBytes == 250)
    for hot in 0..<7 { #expect(tier.value(for: key(hot), version: "v1") == hot) }
  }

  @Test("Values of another version are neither returned nor taken")
  func versions() {
    let tier = tier()
    tier.store(1, for: key(1), version: "v1", bytes: 1)
    #expect(tier.value(for: key(1), version: "v2") == nil)
    tier.move(to: "v2")
    #expect(tier.size.entries == 0 && tier.size.bytes == 0)
    #expect(!tier.store(1, for: key(1), version: "v1", bytes: 1))
    #expect(tier.value(for: key(1), version: "v2") == nil)
  }

  @Test("A value that would take more than half of the bytes is not held")
  func largeValue() {
    let tier = tier(bytes: 100)
    #expect(!tier.store(1, for: key(1), version: "v1", bytes: 51))
    #expect(tier.store(1, for: key(1), version: "v1", bytes: 50))
  }

  @Test("Storing a key again replaces its value and its cost")
  func replacement() {
    let tier = tier()
    tier.store(1, for: key(1), version: "v1", bytes: 400)
    tier.store(2, for: key(1), version: "v1", bytes: 7)
    #expect(tier.value(for: key(1), version: "v1") == 2)
    #expect(tier.size.entries == 1 && tier.size.bytes == 7)
  }
}
