import TestSupport

@testable import TieredCaching

/// What happens to the workers: writers, and everything that goes wrong.
extension Simulation {
  mutating func write() {
    guard isFaulty else { return }
    schedule(.write, after: milliseconds(50...1_500))
    let parts = Array(Self.parts.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)))
    let isReplaced = chance(40)
    let isPurged = chance(10)
    let commit =
      isReplaced ? servers.database.replace(at: now) : servers.database.commit(parts, purging: isPurged, at: now)
    if isReplaced { occurrences[.databaseReplaced] += 1 } else if isPurged { occurrences[.purge] += 1 }
    if isTraced { note("commit \(commit): \(servers.database.current)") }
    // A writer may die between the commit and telling everybody.
    if chance(6) { return occurrences[.commitWithoutPublication] += 1 }
    schedule(.publish(commit: commit, tries: 5), after: milliseconds(0...30))
  }

  mutating func publish(_ commit: Int, tries: Int) {
    guard sharedDownUntil <= now, !(isFaulty && chance(8)) else {
      if tries > 0 { schedule(.publish(commit: commit, tries: tries - 1), after: .milliseconds(300)) }
      return
    }
    servers.publish(commit, stamp: "writer \(commit) \(now)")
    // The writer may not get the answer, and then promises nothing.
    if chance(10) { return }
    servers.database.published(commit, at: now)
    occurrences[.publication] += 1
    if isTraced { note("commit \(commit) is published") }
  }

  mutating func injectFault() {
    guard isFaulty else { return }
    schedule(.fault, after: milliseconds(100...2_500))
    backups.append(servers.shared)
    let index = Int.random(in: workers.indices, using: &random)
    if hasTimeForLongPause, chance(3) { return pause(index) }
    switch Int.random(in: 0..<14, using: &random) {
    case 0: flush(.flush)
    case 1:
      flush(.restartedEmpty)
      servers.breakConnections()
    case 2, 3: failOver()
    case 4: occur(.brokenConnections) { $0.servers.breakConnections() }
    case 5: occur(.partEvicted) { $0.servers.evict(Self.parts[Int.random(in: 0..<2, using: &$0.random)]) }
    case 6: occur(.manifestEvicted) { $0.servers.evictManifest() }
    case 7: occur(.sharedOutage) { $0.sharedDownUntil = $0.now + $0.milliseconds(100...4_000) }
    case 8: occur(.databaseOutage) { $0.databaseDownUntil = $0.now + $0.milliseconds(100...4_000) }
    case 9: pause(index)
    case 10: occur(.cutOff) { $0.cutOffUntil[index] = $0.now + $0.milliseconds(100...5_000) }
    case 11: occur(.crash) { $0.restart(index) }
    default: override()
    }
  }

  private mutating func occur(_ occurrence: Occurrence, _ fault: (inout Simulation) -> Void) {
    occurrences[occurrence] += 1
    if isTraced { note("fault: \(occurrence)") }
    fault(&self)
  }

  private mutating func flush(_ occurrence: Occurrence) {
    occur(occurrence) { $0.servers.flush() }
    leases = [:]
  }

  private mutating func failOver() {
    guard let backup = backups.suffix(3).first else { return }
    occur(.failover) { $0.servers.failOver(to: backup) }
    leases = [:]
  }

  private var hasTimeForLongPause: Bool { faultsEnd - now > .seconds(30) }

  private mutating func pause(_ index: Int) {
    let isLong = hasTimeForLongPause
    occur(isLong ? .pauseOfHalfAMinute : .pause) {
      $0.pausedUntil[index] = $0.now + (isLong ? .seconds(30) : $0.milliseconds(100...3_000))
    }
  }

  private mutating func restart(_ index: Int) {
    let age = Bool.random(using: &random) ? milliseconds(0...60_000) : nil
    if workers[index].restart(keepingFor: age, now: now) { occurrences[.restoredFromDisk] += 1 }
    lives[index] += 1
    schedule(.tick(worker: index, life: lives[index]), after: milliseconds(0...300))
  }

  /// Somebody caches a part by hand.
  private mutating func override() {
    let part = Self.parts[Int.random(in: 0..<2, using: &random)]
    guard servers.override(part, token: "hand \(now)", until: now + .seconds(3)) else { return }
    occur(.overrideSet) { _ in }
  }
}
