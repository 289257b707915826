import Testing
import TieredCaching

/// The protocol without one of its guards.
struct Mutant: Sendable, CustomTestStringConvertible {
  let name: String
  let missing: ProtocolGuards

  var guards: ProtocolGuards { .all.subtracting(missing) }
  var testDescription: String { name }

  static let all = [
    Mutant(name: "nonce", missing: .nonce),
    Mutant(name: "compareAndSet", missing: .compareAndSet),
    Mutant(name: "partLabel", missing: .partLabel),
    Mutant(name: "storeIfNewer", missing: .storeIfNewer),
    Mutant(name: "leaseDeadline", missing: .leaseDeadline),
    Mutant(name: "leaseToken", missing: .leaseToken),
    Mutant(name: "revisionCompare", missing: .revisionCompare),
    Mutant(name: "requestTime", missing: .requestTime),
    Mutant(name: "stalenessBound", missing: .stalenessBound),
    Mutant(name: "incarnation", missing: .incarnation),
    Mutant(name: "completeness", missing: .completeness),
    Mutant(name: "answerOrder", missing: .answerOrder),
    Mutant(name: "floor", missing: .floor),
    Mutant(name: "lease", missing: .lease),
    Mutant(name: "uniqueToken", missing: .uniqueToken),
  ]
}
