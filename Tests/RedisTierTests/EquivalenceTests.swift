import NIOConcurrencyHelpers
import RedisTier
import TestSupport
import Testing

@testable import TieredCaching

/// One operation of a shared tier, drawn at random.
private enum Operation: Sendable {
  case check
  case begin(lifetime: String, nonce: String)
  case complete(nonce: String, Manifest, stamp: String)
  case raise(Manifest, stamp: String)
  case setOverride(PartOverride, of: PartID, lifetime: String, stamp: String)
  case dropOverride(of: PartID, token: String, stamp: String)
  case parts([PartID: PartLabel], lifetime: String)
  case store([UInt8], of: PartID, PartLabel, lifetime: String)
  case acquireLease(token: String)
  case renewLease(token: String)
  case releaseLease(token: String)
}

/// What an operation answered, as far as both tiers must say the same.
private enum Outcome: Equatable {
  case done
  case check(SharedCheck.Answer)
  case nonce(String)
  case flag(Bool)
  case parts([PartID: [UInt8]])
}

/// The scripts on Redis and the value that the simulator and the model checker run must be the same thing; only then do
/// proofs about the one say something about the other.
@Suite("Redis and SharedState", .enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
struct EquivalenceTests {
  @Test("Every sequence of operations has the same answers and leads to the same state", arguments: 0..<12)
  func equivalence(seed: Int) async throws {
    try await TierFixture.with { fixture in
      var random = SplitMix64(seed: UInt64(seed))
      var state = SharedState()
      var known: SharedStamp?
      for step in 0..<250 {
        let operation = Self.operation(step, state, using: &random)
        let expected = Self.apply(operation, to: &state, known: known)
        let found = try await Self.apply(operation, to: fixture.tier, known: known)
        let manifest = try await fixture.manifest()
        guard found == expected, manifest == state.manifest else {
          Issue.record("step \(step), \(operation): \(found), \(manifest as Any); not \(expected), \(state)")
          return
        }
        // Some questions are about a state of the past.
        if Bool.random(using: &random) { known = manifest?.stamp }
      }
      #expect(fixture.rejections.withLockedValue { $0 }.isEmpty)
    }
  }

  // MARK: Drawing

  private static let parts: [PartID] = ["acme", "beta", "größer ", "*full"]
  private static let lifetimes = ["4f1c", "4f1c", "4f1c", "a=b% c"]

  private static func operation(
    _ step: Int, _ state: SharedState, using random: inout some RandomNumberGenerator
  ) -> Operation {
    func pick<Element>(_ elements: [Element]) -> Element {
      elements[Int.random(in: 0..<elements.count, using: &random)]
    }
    let (lifetime, part, stamp, token) = (
      pick(lifetimes), pick(parts), "s\(step)", "t\(Int.random(in: 0..<3, using: &random))"
    )
    // Most operations should find what they are about, so that they do something.
    let current = state.manifest?.revisions[part] ?? .zero
    let revision = Bool.random(using: &random) ? current : Revision(Int64.random(in: 0..<5, using: &random))
    let nonce = Bool.random(using: &random) ? state.manifest?.stamp.nonce ?? "n" : "n\(step)"
    let label = PartLabel(revision: revision, override: Int.random(in: 0..<3, using: &random) == 0 ? token : nil)
    let revisions = parts.filter { _ in Bool.random(using: &random) }.map { part in
      (part, Revision(Int64.random(in: 0..<6, using: &random)))
    }
    let floors = revisions.filter { $0.1 > .zero && Int.random(in: 0..<4, using: &random) == 0 }
    let manifest = Manifest(
      lifetime: lifetime, revisions: Dictionary(uniqueKeysWithValues: revisions),
      floors: Dictionary(uniqueKeysWithValues: floors))
    switch Int.random(in: 0..<13, using: &random) {
    case 0: return .check
    case 1: return .begin(lifetime: lifetime, nonce: nonce)
    case 2: return .complete(nonce: nonce, manifest, stamp: stamp)
    case 3: return .raise(manifest, stamp: stamp)
    case 4, 5:
      return .setOverride(PartOverride(base: revision, token: token), of: part, lifetime: lifetime, stamp: stamp)
    case 6: return .dropOverride(of: part, token: token, stamp: stamp)
    case 7, 8: return .store(Array("\(step)".utf8), of: part, label, lifetime: lifetime)
    case 9:
      return .parts(
        Dictionary(uniqueKeysWithValues: parts.map { ($0, $0 == part ? label : PartLabel(revision: revision)) }),
        lifetime: lifetime)
    case 10: return .acquireLease(token: token)
    case 11: return .renewLease(token: token)
    default: return .releaseLease(token: token)
    }
  }

  // MARK: Applying

  private static let hour = Duration.seconds(3600)

  private static func apply(_ operation: Operation, to state: inout SharedState, known: SharedStamp?) -> Outcome {
    switch operation {
    case .check: return .check(state.check(known))
    case .begin(let lifetime, let nonce): return .nonce(state.begin(lifetime: lifetime, nonce: nonce))
    case .complete(let nonce, let manifest, let stamp):
      return .flag(state.complete(nonce: nonce, with: manifest, stamp: stamp))
    case .raise(let manifest, let stamp): return .flag(state.raise(to: manifest, stamp: stamp))
    case .setOverride(let override, let part, let lifetime, let stamp):
      return .flag(state.setOverride(override, of: part, lifetime: lifetime, stamp: stamp))
    case .dropOverride(let part, let token, let stamp): state.dropOverride(of: part, token: token, stamp: stamp)
    case .parts(let labels, let lifetime):
      let found = labels.map { part, label in (part, state.part(part, label: label, lifetime: lifetime)?.bytes) }
      return .parts(Dictionary(uniqueKeysWithValues: found).compactMapValues(\.self))
    case .store(let bytes, let part, let label, let lifetime):
      state.store(SharedState.Kept(lifetime: lifetime, label: label, bytes: bytes, freshUntil: hour), of: part)
    case .acquireLease(let token): return .flag(state.acquireLease(token: token, for: hour, now: .zero))
    case .renewLease(let token): return .flag(state.renewLease(token: token, for: hour, now: .zero))
    case .releaseLease(let token): state.releaseLease(token: token)
    }
    return .done
  }

  private static func apply(
    _ operation: Operation, to tier: RedisSharedTier, known: SharedStamp?
  ) async throws -> Outcome {
    switch operation {
    case .check: return .check(try await tier.check(known, timeout: .seconds(10)).answer)
    case .begin(let lifetime, let nonce): return .nonce(try await tier.begin(lifetime: lifetime, nonce: nonce))
    case .complete(let nonce, let manifest, let stamp):
      return .flag(try await tier.complete(nonce: nonce, with: manifest, stamp: stamp))
    case .raise(let manifest, let stamp): return .flag(try await tier.raise(to: manifest, stamp: stamp))
    case .setOverride(let override, let part, let lifetime, let stamp):
      return .flag(try await tier.setOverride(override, of: part, lifetime: lifetime, stamp: stamp))
    case .dropOverride(let part, let token, let stamp):
      try await tier.dropOverride(of: part, token: token, stamp: stamp)
    case .parts(let labels, let lifetime):
      return .parts(try await tier.parts(labels, lifetime: lifetime).mapValues(\.bytes))
    case .store(let bytes, let part, let label, let lifetime):
      try await tier.store(bytes, of: part, label: label, lifetime: lifetime, timeToLive: hour)
    case .acquireLease(let token): return .flag(try await tier.acquireLease(token: token, for: hour))
    case .renewLease(let token): return .flag(try await tier.renewLease(token: token, for: hour))
    case .releaseLease(let token): try await tier.releaseLease(token: token)
    }
    return .done
  }
}
