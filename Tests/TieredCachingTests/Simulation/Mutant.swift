import Testing
import TieredCaching

/// The protocol without one of its guards.
struct Mutant: Sendable, CustomTestStringConvertible {
  let name: String
  let missing: ProtocolGuards

  var guards: ProtocolGuards { .all.subtracting(missing) }
  var testDescription: String { name }

  static let nonce = Mutant(name: "nonce", missing: .nonce)
  static let compareAndSet = Mutant(name: "compareAndSet", missing: .compareAndSet)
  static let partLabel = Mutant(name: "partLabel", missing: .partLabel)
  static let storeIfNewer = Mutant(name: "storeIfNewer", missing: .storeIfNewer)
  static let leaseDeadline = Mutant(name: "leaseDeadline", missing: .leaseDeadline)
  static let leaseToken = Mutant(name: "leaseToken", missing: .leaseToken)
  static let revisionCompare = Mutant(name: "revisionCompare", missing: .revisionCompare)
  static let requestTime = Mutant(name: "requestTime", missing: .requestTime)
  static let stalenessBound = Mutant(name: "stalenessBound", missing: .stalenessBound)
  static let incarnation = Mutant(name: "incarnation", missing: .incarnation)
  static let completeness = Mutant(name: "completeness", missing: .completeness)
  static let answerOrder = Mutant(name: "answerOrder", missing: .answerOrder)
  static let floor = Mutant(name: "floor", missing: .floor)
  static let lease = Mutant(name: "lease", missing: .lease)
  static let uniqueToken = Mutant(name: "uniqueToken", missing: .uniqueToken)

  static let all = [
    nonce, compareAndSet, partLabel, storeIfNewer, leaseDeadline, leaseToken, revisionCompare, requestTime,
    stalenessBound, incarnation, completeness, answerOrder, floor, lease, uniqueToken,
  ]
}
