import Foundation
import Testing

@testable import TieredCaching

/// `MODEL_CHECK=large` searches the large instances too, which takes minutes and gigabytes.
private let isLarge = ProcessInfo.processInfo.environment["MODEL_CHECK"] == "large"

@Suite("Coherence in every order of events")
struct ModelCheckTests {
  @Test("No order of events breaks a guarantee", arguments: ModelInstance.all + (isLarge ? ModelInstance.large : []))
  func guaranteesHold(_ instance: ModelInstance) {
    let result = instance.search()
    let trace = result.trace.joined(separator: "\n  ")
    #expect(result.violation == nil, "\(result.violation ?? ""):\n  \(trace)")
    #expect(result.isExhaustive)
    print("model: \(result.states) states, \(result.transitions) transitions: \(instance.name)")
  }

  /// Where each guard is missed first. A lease that is released by somebody else takes two workers, two commits and a
  /// long wait, and the order of answers takes two questions to the database at a time: the simulation finds those.
  private static let searches: [(Mutant, ModelInstance)] = [
    (.nonce, .flushDelayed), (.compareAndSet, .everything), (.partLabel, .commit), (.storeIfNewer, .everything),
    (.leaseDeadline, .crash), (.revisionCompare, .failover), (.requestTime, .everything),
    (.stalenessBound, .failover), (.incarnation, .failover), (.completeness, .everything), (.floor, .commit),
    (.lease, .commit), (.uniqueToken, .commits),
  ]

  @Test("Some order of events breaks a guarantee without the guard", arguments: searches)
  func isCaught(_ mutant: Mutant, _ instance: ModelInstance) throws {
    let result = instance.search(guards: mutant.guards)
    let violation = try #require(result.violation, "no order of \(instance.name) misses \(mutant.name)")
    print("model without \(mutant.name): \(violation) after \(result.trace.count) steps: \(instance.name)")
  }
}
