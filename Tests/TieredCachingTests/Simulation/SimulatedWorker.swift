@testable import TieredCaching

/// A worker of the simulation: the production core, and contents that say where they came from.
struct SimulatedWorker: Hashable {
  let id: Int
  /// How often it was started before.
  private(set) var life = 0
  var core: CoherenceCore
  /// What the held value is made of.
  private(set) var value: [PartID: String] = [:]
  private var contents: [PartID: Content] = [:]
  private struct Content: Hashable {
    let label: PartLabel
    let text: String
  }

  private(set) var violation: String?
  private let policy: CachePolicy
  private let guards: ProtocolGuards

  init(id: Int, policy: CachePolicy, guards: ProtocolGuards) {
    self.id = id
    self.policy = policy
    self.guards = guards
    core = CoherenceCore(policy: policy, workerID: "w\(id).0", guards: guards)
  }

  /// Starts it again.
  ///
  /// - Parameter age: how old what it holds is, when it finds that on its disk; nil when it finds nothing.
  /// - Returns: whether it holds something at once.
  mutating func restart(keepingFor age: Duration?, now: Duration) -> Bool {
    let kept = core.held
    life += 1
    core = CoherenceCore(policy: policy, workerID: "w\(id).\(life)", guards: guards)
    contents = [:]
    if let age, let kept, core.restore(kept, age: age, limit: .seconds(3600), now: now) { return true }
    value = [:]
    return false
  }

  /// What content a part has under a label: so that content under a wrong label is found out.
  static func content(_ lifetime: String, _ label: PartLabel) -> String { "\(lifetime) \(label)" }

  mutating func receive(_ reply: Reply, to action: CoherenceCore.Action, requestedAt: Duration, now: Duration)
    -> [CoherenceCore.Action]
  {
    switch (action, reply) {
    case (.checkDatabase, .manifest(let manifest)):
      return core.databaseChecked(manifest, requestedAt: requestedAt, now: now)
    case (.checkDatabase, _):
      core.databaseFailed("down")
      return []
    case (.checkShared, .check(let check)): return core.sharedChecked(check, requestedAt: requestedAt, now: now)
    case (.checkShared, _): return core.sharedFailed(now: now)
    case (.begin, .nonce(let nonce)):
      core.began(nonce: nonce, now: now)
      return [.checkDatabase]
    case (.complete, .done(let isDone)):
      core.completed(isDone)
      return [.checkShared(known: nil)]
    case (.fetch(let flight, let labels, _), .parts(let parts)):
      for (part, kept) in parts where core.isWaiting(in: .fetching, of: flight) {
        // As in production, the label is the one that was asked for.
        guard let label = labels[part] else { continue }
        contents[part] = Content(label: label, text: String(decoding: kept.bytes, as: UTF8.self))
      }
      let fresh = parts.mapValues { $0.freshUntil - now }
      return core.fetched(fresh, flight: flight, requestedAt: now, now: now)
    case (.fetch(let flight, _, _), _), (.acquireLease(let flight, _), .failed):
      return core.fetchFailed(flight: flight, now: now)
    case (.acquireLease(let flight, let token), .done(let isGranted)):
      return core.leaseAnswered(isGranted, token: token, flight: flight, now: now)
    case (.load(let flight, _, _), .delta(let manifest, let parts)):
      for part in parts where core.isWaiting(in: .loading, of: flight) {
        let label = PartLabel(revision: manifest.revisions[part] ?? .zero)
        contents[part] = Content(label: label, text: Self.content(manifest.lifetime, label))
      }
      return core.loaded(manifest, parts: parts, flight: flight, requestedAt: requestedAt, now: now)
    case (.load(let flight, _, _), _): return core.loadFailed("down", flight: flight, now: now)
    case (.install(let flight, let manifest), _): return install(manifest, flight: flight, now: now)
    default: return []
    }
  }

  private mutating func install(_ manifest: Manifest, flight: Int, now: Duration) -> [CoherenceCore.Action] {
    let before = core.held
    let (replaces, next) = core.installed(flight: flight, now: now)
    guard replaces else { return next }
    if before?.lifetime != manifest.lifetime { value = [:] }
    for (part, content) in contents where content.label == manifest.label(of: part) { value[part] = content.text }
    contents = [:]
    for part in manifest.revisions.keys where !part.isDerived {
      guard let label = manifest.label(of: part), value[part] != Self.content(manifest.lifetime, label) else {
        continue
      }
      violation = "holds \(value[part] ?? "nothing") as \(part) at \(label)"
    }
    return next
  }
}

/// What comes back.
enum Reply: Hashable {
  case manifest(Manifest)
  case check(SharedCheck)
  case nonce(String)
  case done(Bool)
  case parts([PartID: SharedState.Kept])
  case delta(Manifest, parts: Set<PartID>)
  case failed
}
