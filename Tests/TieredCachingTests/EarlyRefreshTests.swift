import TestSupport
import Testing

@testable import TieredCaching

@Suite("Early refresh")
struct EarlyRefreshTests {
  private let part = PartID("x")

  /// How many of 20,000 workers refresh a part that has some time left.
  private func share(remaining: Duration, loadDuration: Duration) -> Double {
    var random = SplitMix64(seed: 1)
    let count = (0..<20_000).count { _ in
      !EarlyRefresh.due(
        [part: .seconds(100) + remaining], now: .seconds(100), loadDuration: loadDuration,
        random: Double.random(in: 0..<1, using: &random)
      ).isEmpty
    }
    return Double(count) / 20_000
  }

  @Test(
    "With a load's time left 37 percent refresh, with three times as much 5, with ten times hardly anybody",
    arguments: [(1, 0.3679), (3, 0.0498), (10, 0.000_045)])
  func probability(loads: Int, expected: Double) {
    let share = share(remaining: .seconds(2 * loads), loadDuration: .seconds(2))
    #expect(abs(share - expected) < 0.01)
  }

  @Test("When the time is over everybody refreshes, and nobody early what loads in no time")
  func limits() {
    #expect(share(remaining: .zero, loadDuration: .seconds(2)) == 1)
    #expect(share(remaining: .milliseconds(1), loadDuration: .zero) == 0)
  }

  @Test("Only the parts whose time comes are due")
  func perPart() {
    let due = EarlyRefresh.due(
      [part: .seconds(1), PartID("y"): .seconds(9)], now: .seconds(1), loadDuration: .zero, random: 0.5)
    #expect(due == [part])
  }

  @Test("A random number of zero is no reason to crash")
  func zero() {
    #expect(EarlyRefresh.due([part: .seconds(1)], now: .zero, loadDuration: .milliseconds(1), random: 0) == [])
  }
}
