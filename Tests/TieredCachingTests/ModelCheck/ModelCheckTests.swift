import Foundation
import Testing

@testable import TieredCaching

@Suite("Coherence in every order of events")
struct ModelCheckTests {
  @Test("probe")
  func probe() {
    let environment = ProcessInfo.processInfo.environment
    var budget: [ModelEvent: Int] = [:]
    for event in ModelEvent.allCases { budget[event] = environment["MC_\(event)"].flatMap { Int($0) } ?? 0 }
    let parts = ["x", "y"].prefix(environment["MC_parts"].flatMap { Int($0) } ?? 1).map { PartID($0) }
    let mutants = environment["MC_mutants"] == nil ? [ProtocolGuards.all] : Mutant.all.map(\.guards)
    for guards in mutants {
      let clock = ContinuousClock.now
      var checker = ModelChecker(
        parts: parts, guards: guards, isPrompt: environment["MC_prompt"] != nil, limit: environment["MC_limit"].flatMap { Int($0) } ?? .max)
      let result = checker.run(budget, isWarm: environment["MC_cold"] == nil)
      print(Mutant.all.first { $0.guards == guards }?.name ?? "all", "states", result.states, "transitions", result.transitions, result.isExhaustive, result.violation ?? "ok", ContinuousClock.now - clock)
      if environment["MC_trace"] != nil { for line in result.trace { print("   ", line) } }
    }
  }
}
