@testable import TieredCaching

/// What the simulation and the model checker have to know about actions.
extension CoherenceCore.Action {
  var isForSharedTier: Bool {
    switch self {
    case .checkDatabase, .load, .install: false
    default: true
    }
  }

  /// Whether nobody else is asked.
  var isLocal: Bool { if case .install = self { true } else { false } }

  /// Whether the worker does something with the answer.
  var isAnswered: Bool {
    switch self {
    case .checkDatabase, .checkShared, .begin, .complete, .fetch, .acquireLease, .load, .install: true
    case .raise, .dropOverride, .renewLease, .share, .releaseLease: false
    }
  }

  /// What a worker asks for when this has been done: sharing is several steps.
  var following: [CoherenceCore.Action] {
    guard case .share(_, let manifest, let stamp, let token) = self else { return [] }
    return [.raise(manifest, stamp: stamp)] + (token.map { [.releaseLease(token: $0)] } ?? [])
  }
}
