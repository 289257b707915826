import Foundation
import Testing

@testable import TieredCaching

private let environment = ProcessInfo.processInfo.environment
/// How many schedules a run tries; `SIMULATION_SCHEDULES` sets another number.
private let scheduleCount = environment["SIMULATION_SCHEDULES"].flatMap { UInt64($0) } ?? 10_000
/// The one schedule to follow step by step; `SIMULATION_SEED` names it.
private let replayedSeed = environment["SIMULATION_SEED"].flatMap { UInt64($0) }
/// The guard to follow it without; `SIMULATION_WITHOUT` names it.
private let missingGuard = Mutant.all.first { $0.name == environment["SIMULATION_WITHOUT"] }

@Suite("Coherence under simulation")
struct SimulationTests {
  private static let blocks: UInt64 = 20

  @Test("No schedule of faults breaks a guarantee", .enabled(if: replayedSeed == nil), arguments: 0..<blocks)
  func guaranteesHold(block: UInt64) {
    for seed in stride(from: block, to: scheduleCount, by: Int(Self.blocks)) {
      var simulation = Simulation(seed: seed)
      simulation.run(seconds: Simulation.seconds(seed: seed))
      #expect(
        simulation.violations.isEmpty,
        "\(simulation.violations.first ?? ""); SIMULATION_SEED=\(seed) shows the schedule")
    }
  }

  @Test("A schedule can be followed step by step", .enabled(if: replayedSeed != nil))
  func replay() throws {
    let seed = try #require(replayedSeed)
    var simulation = Simulation(seed: seed, guards: missingGuard?.guards ?? .all, isTraced: true)
    simulation.run(seconds: Simulation.seconds(seed: seed))
    #expect(simulation.violations.isEmpty)
  }

  @Test("Everything that the guarantees are about occurs in the schedules", .enabled(if: replayedSeed == nil))
  func everythingOccurs() {
    var occurrences = Occurrences()
    for seed in 0..<256 as Range<UInt64> {
      var simulation = Simulation(seed: seed)
      simulation.run(seconds: Simulation.seconds(seed: seed))
      occurrences.add(simulation.occurrences)
    }
    for occurrence in Occurrence.allCases {
      print("in 256 schedules: \(occurrences[occurrence]) x \(occurrence)")
      #expect(occurrences[occurrence] >= 5, "\(occurrence)")
    }
  }
}
