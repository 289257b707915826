/// The guards of the coherence protocol, one bit each, so that tests can take one away and see that it is missed.
///
/// Everything outside of tests runs with ``all``.
package struct ProtocolGuards: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A manifest is filled only if it still has the nonce from before the database was read.
  package static let nonce = ProtocolGuards(rawValue: 1 << 0)
  /// The shared manifest is raised by comparing, never overwritten.
  package static let compareAndSet = ProtocolGuards(rawValue: 1 << 1)
  /// A shared part is taken only under exactly the label that is wanted.
  package static let partLabel = ProtocolGuards(rawValue: 1 << 2)
  /// A shared part is not replaced by an earlier one.
  package static let storeIfNewer = ProtocolGuards(rawValue: 1 << 3)
  /// A lease ends by itself.
  package static let leaseDeadline = ProtocolGuards(rawValue: 1 << 4)
  /// A lease is released only by the acquisition that holds it.
  package static let leaseToken = ProtocolGuards(rawValue: 1 << 5)
  /// A load that is older than what is known is refused.
  package static let revisionCompare = ProtocolGuards(rawValue: 1 << 6)
  /// A value is as fresh as the moment of the question, not of the answer; a flight from before a change confirms nothing
  /// after it.
  package static let requestTime = ProtocolGuards(rawValue: 1 << 7)
  /// Without confirmation for longer than the bound a value is stale.
  package static let stalenessBound = ProtocolGuards(rawValue: 1 << 8)
  /// A new connection confirms nothing until the database has been asked.
  package static let incarnation = ProtocolGuards(rawValue: 1 << 9)
  /// The shared manifest is used only once it is complete.
  package static let completeness = ProtocolGuards(rawValue: 1 << 10)
  /// Of two answers, the one to the later question counts.
  package static let answerOrder = ProtocolGuards(rawValue: 1 << 11)
  /// A purged part is not served, whatever else fails.
  package static let floor = ProtocolGuards(rawValue: 1 << 12)
  /// Loads of different workers are kept apart by the lease.
  package static let lease = ProtocolGuards(rawValue: 1 << 13)
  /// Every acquisition of the lease has a token of its own.
  package static let uniqueToken = ProtocolGuards(rawValue: 1 << 14)

  /// Every guard.
  package static let all = ProtocolGuards(rawValue: (1 << 15) - 1)
}
