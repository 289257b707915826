/// What has to occur in schedules for their checks to mean something.
enum Occurrence: Int, CaseIterable, Sendable {
  // Faults of the shared tier.
  case flush, restartedEmpty, failover, brokenConnections, partEvicted, manifestEvicted, sharedOutage
  // Faults of the database and of its writers.
  case databaseOutage, databaseReplaced, replicaLag, commitWithoutPublication, purge
  // Faults of workers.
  case pause, pauseOfHalfAMinute, crash, restoredFromDisk, cutOff
  // Faults of messages.
  case lostRequest, lostAnswer, abandonedRequest, repeatedRequest, overtakenAnswer, lateLoad, answerToADeadWorker
  // Reads.
  case freshRead, staleRead, readBeforeTheFirstLoad, refusedPurgedRead, strictRead, overrideRead
  // Steps of the protocol.
  case publication, manifestStarted, manifestFilled, fillingRefused, manifestRaisedByAWorker, leaseGranted, leaseWait
  case partFromTheSharedTier, loadUnderTheLease, loadWithoutTheSharedTier, installationRefused, overrideSet
  case overrideDropped
}

/// How often each thing occurred.
struct Occurrences {
  private var counts = Array(repeating: 0, count: Occurrence.allCases.count)

  subscript(occurrence: Occurrence) -> Int {
    get { counts[occurrence.rawValue] }
    set { counts[occurrence.rawValue] = newValue }
  }

  mutating func add(_ other: Occurrences) {
    for occurrence in Occurrence.allCases { self[occurrence] += other[occurrence] }
  }
}
