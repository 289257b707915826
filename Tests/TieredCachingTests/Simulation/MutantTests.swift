import Testing

@testable import TieredCaching

@Suite("Every guard of the protocol is needed")
struct MutantTests {
  /// The most schedules to try without a guard.
  private static let schedules: UInt64 = 6_000

  @Test("Some schedule breaks a guarantee without the guard", arguments: Mutant.all)
  func isCaught(_ mutant: Mutant) {
    for seed in 0..<Self.schedules {
      var simulation = Simulation(seed: seed, guards: mutant.guards)
      simulation.run(seconds: Simulation.seconds(seed: seed))
      guard let violation = simulation.violations.first else { continue }
      return print("simulation without \(mutant.name): \(violation); schedule \(seed)")
    }
    Issue.record("no schedule misses \(mutant.name)")
  }

  @Test("No guard is left out")
  func everyGuard() {
    #expect(Mutant.all.reduce(into: ProtocolGuards()) { $0.formUnion($1.missing) } == .all)
  }
}
