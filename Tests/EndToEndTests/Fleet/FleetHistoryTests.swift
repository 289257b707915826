import Testing

/// The checks of ``FleetHistory``, on histories made up for them.
@Suite struct FleetHistoryTests {
  private static let start = ContinuousClock.now

  /// An answer of the worker 0, which is strict, or 1, which is bounded.
  private static func sight(
    _ worker: Int, asked: Int, took: Int = 1, number: Int, sum: Int? = nil, digest: String = "d", isFresh: Bool = true,
    status: Int = 200, body: Int = 0
  ) -> Sight {
    Sight(
      worker: worker, target: Probe.http.path, probe: .http, asked: start + .milliseconds(asked),
      answered: start + .milliseconds(asked + took), status: status, failure: nil, number: number,
      version: "\(sum ?? 10 + number)-\(digest)", isFresh: isFresh, bodyHash: body)
  }

  private static func history(_ sights: [Sight], isTold: Bool = true) -> FleetHistory {
    let commits = (1...2).map {
      Commit(
        probe: .http, number: $0, change: Probe.Change(sum: 10 + $0, isTold: isTold),
        returned: start + .milliseconds($0 * 1_000))
    }
    return FleetHistory(
      workers: [.strict, .bounded], commits: commits, sights: sights, faultEnd: start + .milliseconds(1_500))
  }

  @Test("an old answer marked fresh is noticed from the return of the change in strict coherence, after D in bounded")
  func outdated() {
    let old = { (worker: Int, asked: Int) in Self.sight(worker, asked: asked, number: 0) }
    #expect(Self.history([old(0, 999), old(1, 999), old(1, 2_249)]).outdated.isEmpty)
    #expect(Self.history([old(0, 1_001), old(1, 2_251)]).outdated.count == 2)
    #expect(Self.history([old(0, 1_001), old(0, 2_249)], isTold: false).outdated.isEmpty)
    #expect(Self.history([old(0, 2_251)], isTold: false).outdated.count == 1)
    #expect(Self.history([Self.sight(0, asked: 9_000, number: 0, isFresh: false)]).outdated.isEmpty)
    #expect(Self.history([Self.sight(0, asked: 2_001, number: 1, sum: 12)]).outdated.count == 1)
    #expect(Self.history([Self.sight(0, asked: 2_001, number: 2, sum: 11)]).outdated.count == 1)
    #expect(Self.history([Self.sight(0, asked: 2_001, number: 2)]).outdated.isEmpty)
  }

  @Test("a version that goes back is noticed, unless both were asked for at the same time or of different workers")
  func backwards() {
    let later = Self.sight(0, asked: 0, number: 2)
    #expect(Self.history([later, Self.sight(0, asked: 5, number: 1)]).backwards.count == 1)
    #expect(Self.history([later, Self.sight(1, asked: 5, number: 1)]).backwards.isEmpty)
    #expect(
      Self.history([Self.sight(0, asked: 0, took: 9, number: 2), Self.sight(0, asked: 5, number: 1)]).backwards.isEmpty)
  }

  @Test("two contents of one version are noticed, of whichever workers")
  func contradictions() {
    let first = Self.sight(0, asked: 0, number: 1)
    #expect(Self.history([first, Self.sight(1, asked: 5, number: 1)]).contradictions.isEmpty)
    #expect(Self.history([first, Self.sight(1, asked: 5, number: 1, body: 1)]).contradictions.count == 1)
    #expect(Self.history([first, Self.sight(1, asked: 5, number: 2, sum: 11)]).contradictions.count == 1)
    #expect(Self.history([first, Self.sight(1, asked: 5, number: 2, sum: 11, digest: "e")]).contradictions.isEmpty)
  }

  @Test("staleness, recovery and failures are measured")
  func measures() {
    let history = Self.history([
      Self.sight(0, asked: 1_600, number: 0, isFresh: false), Self.sight(1, asked: 1_700, number: 0),
      Self.sight(0, asked: 1_800, number: 1), Self.sight(1, asked: 1_900, took: 50, number: 1),
      Self.sight(1, asked: 3_000, number: 2, status: 503),
    ])
    #expect(history.longestStaleness(isFresh: false) == .milliseconds(600))
    #expect(history.longestStaleness(isFresh: true) == .milliseconds(700))
    #expect(history.failures.count == 1)
    #expect(history.longestWait { $0 == 1 } == .milliseconds(50))
    #expect(history.recoveryTime { _ in true } == .milliseconds(450))
    #expect(Self.history([Self.sight(0, asked: 1_800, number: 1)]).recoveryTime { _ in true } == nil)
  }
}
