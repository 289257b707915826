@testable import TieredCaching

/// What must hold at every step.
extension Simulation {
  // MARK: Leases

  mutating func checkLoad(_ action: CoherenceCore.Action, of index: Int) {
    guard case .load = action, let flight = workers[index].core.flight else { return }
    if workers[index].core.shared.health != .up { return occurrences[.loadWithoutTheSharedTier] += 1 }
    occurrences[.loadUnderTheLease] += 1
    if !flight.hasLease { report("worker \(index) loads without the lease") }
  }

  mutating func observe(_ message: Message, _ reply: Reply, lag: Int) {
    switch (message.action, reply) {
    case (.acquireLease(let flight, _), .done(true)):
      occurrences[.leaseGranted] += 1
      checkLease(of: message.worker, flight: flight)
    case (.acquireLease, _): occurrences[.leaseWait] += 1
    case (.load, _): if lag > 0 { occurrences[.replicaLag] += 1 }
    case (.begin, _): occurrences[.manifestStarted] += 1
    case (.complete, .done(let isDone)): occurrences[isDone ? .manifestFilled : .fillingRefused] += 1
    case (.raise, .done(true)): occurrences[.manifestRaisedByAWorker] += 1
    case (.fetch, .parts(let parts)): occurrences[.partFromTheSharedTier] += parts.count
    case (.dropOverride, _): occurrences[.overrideDropped] += 1
    default: break
    }
  }

  /// The lease may be given away only if nobody believes to hold it within the time for which it was given.
  private mutating func checkLease(of worker: Int, flight: Int) {
    let holder = workers.indices.first { index in
      let flight = workers[index].core.flight
      return index != worker && flight?.hasLease == true && leases[index]?.flight == flight?.id
        && leases[index].map { $0.until > now } ?? false
    }
    if let holder { report("workers \(holder) and \(worker) hold the lease") }
    leases[worker] = (flight, now + policy.leaseDuration)
  }

  // MARK: Reads

  mutating func checkInstallation(_ index: Int, _ action: CoherenceCore.Action, from before: Manifest?) {
    guard action.isLocal, let before else { return }
    guard let after = workers[index].core.held, before != after else { return occurrences[.installationRefused] += 1 }
    guard let old = servers.database.index(of: before), let new = servers.database.index(of: after) else {
      return report("worker \(index) holds a state that the database never had")
    }
    if new < old { report("worker \(index) went back from state \(old) to \(new)") }
  }

  mutating func read() {
    schedule(.read, after: milliseconds(20...400))
    let index = Int.random(in: workers.indices, using: &random)
    guard pausedUntil[index] <= now else { return }
    let core = workers[index].core
    switch core.read(now: now) {
    case .serve(let freshness, _):
      occurrences[freshness == .fresh ? .freshRead : .staleRead] += 1
      if core.held?.overrides.isEmpty == false { occurrences[.overrideRead] += 1 }
      if isBelowFloor(core) { report("worker \(index) serves what was purged") }
      // Who asked the database sees what it had then.
      require(index, atLeast: servers.database.newest(committedBefore: core.databaseConfirmedAt), "after a refresh")
      guard freshness == .fresh else { break }
      require(index, atLeast: servers.database.newest(publishedBy: now - policy.stalenessBound), "within the bound")
    case .wait:
      occurrences[.readBeforeTheFirstLoad] += 1
      if core.held != nil { report("worker \(index) waits although it holds a value") }
    case .refusePurged: occurrences[.refusedPurgedRead] += 1
    case .refuse: report("worker \(index) refuses a value within the stale limit")
    }
    if Bool.random(using: &random) { startStrictRead(index) }
  }

  private func isBelowFloor(_ core: CoherenceCore) -> Bool {
    guard let held = core.held, let target = core.target, held.lifetime == target.lifetime else { return false }
    return target.floors.contains { part, floor in held.revisions[part].map { $0 < floor } ?? false }
  }

  /// Asks as a reader with strict coherence does, and looks some time later what could be served.
  private mutating func startStrictRead(_ index: Int) {
    send([.checkShared(known: workers[index].core.sharedStamp), .checkDatabase], from: index)
    for delay in [5, 40, 400] as [Int] {
      schedule(
        .strictRead(worker: index, life: lives[index], start: now), after: milliseconds(delay...(delay * 3)))
    }
  }

  mutating func checkStrictRead(_ index: Int, _ life: Int, start: Duration) {
    guard lives[index] == life, pausedUntil[index] <= now else { return }
    guard case .serve(.fresh, _) = workers[index].core.read(now: now, since: start) else { return }
    occurrences[.strictRead] += 1
    require(index, atLeast: servers.database.newest(publishedBy: start), "strictly")
  }

  private mutating func require(_ index: Int, atLeast commit: Int, _ promise: String) {
    guard let held = workers[index].core.held else { return report("worker \(index) serves nothing") }
    guard let state = servers.database.index(of: held) else {
      return report("worker \(index) serves a state that the database never had")
    }
    if state < commit { report("worker \(index) serves state \(state), not \(commit), \(promise)") }
  }

  // MARK: The end

  /// What keeps the workers from serving the newest state, all of them and as fresh.
  var disagreement: String? {
    for worker in workers {
      if worker.core.held?.revisions != servers.database.current.revisions {
        return "worker \(worker.id) is not at the newest state"
      }
      guard case .serve(.fresh, _) = worker.core.read(now: now) else {
        return "worker \(worker.id) does not serve as fresh"
      }
    }
    return Set(workers.map(\.core.held)).count > 1 ? "workers disagree" : nil
  }
}
