import Testing

@testable import TieredCaching

@Suite("Every guard of the protocol is needed")
struct MutantTests {
  @Test("The simulation finds a violation without the guard", arguments: Mutant.all)
  func isCaught(_ mutant: Mutant) {
    for seed in 0..<3_000 as Range<UInt64> {
      var simulation = Simulation(seed: seed, guards: mutant.guards)
      simulation.run(seconds: 8)
      guard let violation = simulation.violations.first else { continue }
      return print("mutant \(mutant.name) seed \(seed): \(violation)")
    }
    Issue.record("no schedule misses \(mutant.name)")
  }

  @Test("No guard is left out") func complete() {
    #expect(Mutant.all.reduce(into: ProtocolGuards()) { $0.formUnion($1.missing) } == .all)
  }
}
