import NIOConcurrencyHelpers
import Tracing

extension TieredCache {
  /// Confirms the version every heartbeat and whenever a reader waits, until the task is cancelled.
  public func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.beat() }
      group.addTask { await self.report() }
      group.addTask { await self.shared.run { self.tell { $0.announced(now: self.time.now) } } }
      // A program that only asks something is done before anything can change.
      if isWorker { group.addTask { await self.source.watch { notice in self.tell { $0.noticed(notice) } } } }
      for await errand in errands {
        group.addTask { await self.spans.within(errand.context) { await self.perform(errand.action) } }
      }
      group.cancelAll()
    }
    endWaiting()
  }

  private func beat() async {
    var next = time.now
    while !Task.isCancelled {
      tell { $0.tick(now: time.now, random: .random(in: 0..<1)) }
      next = max(next + policy.heartbeat, time.now)
      do { try await time.sleep(until: next) } catch { return }
    }
  }

  /// Tells the fleet again and again what this worker holds and did.
  private func report() async {
    while !Task.isCancelled {
      do { try await time.sleep(until: time.now + .seconds(1)) } catch { return }
      if state.withLockedValue({ $0.breaker.state == .closed }) { await reportOnce() }
    }
  }

  func reportOnce() async {
    let statistics = counters.statistics
    let (told, audit) = state.withLockedValue { ($0.told, $0.audit) }
    let worker = WorkerReport(
      id: workerID, version: coherence.manifest?.version ?? "", isFresh: peek()?.freshness == .fresh, audit: audit)
    let report = isWorker ? worker : nil
    let answer = await ask("report") { try await self.shared.report(report, adding: statistics.since(told)) }
    guard let requested = answer else { return }
    state.withLockedValue { state in
      state.told = statistics
      state.requestedAudit = requested
    }
  }

  /// Takes in what an audit found; the next report tells the fleet.
  public func finishAudit(_ summary: AuditSummary) {
    state.withLockedValue { $0.audit = summary }
    record(.audited(summary))
  }

  private func perform(_ action: CoherenceCore.Action) async {
    switch action {
    case .checkDatabase: _ = await checkDatabase()
    case .checkShared:
      if state.withLockedValue({ $0.breaker.allows(now: self.time.now) }) {
        _ = await checkShared(timeout: policy.stalenessBound / 4, isHeartbeat: true)
      } else {
        tell { $0.sharedFailed(now: time.now) }
      }
    case .fetch(let flight, let labels, let lifetime): await fetch(labels, lifetime: lifetime, flight: flight)
    case .load(let flight, let known, let wanted):
      await load(changedSince: known, atLeast: wanted, flight: flight)
    case .install(let flight, let manifest): await install(manifest, flight: flight)
    case .acquireLease(let flight, let token): await acquireLease(token, flight: flight)
    case .begin(let lifetime, let nonce):
      guard let nonce = await ask("begin", { try await self.shared.begin(lifetime: lifetime, nonce: nonce) }) else {
        return
      }
      tell { core in
        core.began(nonce: nonce, now: time.now)
        return [.checkDatabase]
      }
    case .complete(let nonce, let manifest, let stamp):
      let isDone = await ask("complete") { try await self.shared.complete(nonce: nonce, with: manifest, stamp: stamp) }
      guard let isDone else { return }
      tell { core in
        core.completed(isDone)
        return [.checkShared(known: nil)]
      }
    case .raise(let manifest, let stamp):
      await ask("raise") { _ = try await self.shared.raise(to: manifest, stamp: stamp) }
    case .dropOverride(let part, let token, let stamp):
      await ask("drop_override") { try await self.shared.dropOverride(of: part, token: token, stamp: stamp) }
    case .renewLease(let token):
      await ask("renew_lease") { _ = try await self.shared.renewLease(token: token, for: self.policy.leaseDuration) }
    case .releaseLease(let token): await releaseLease(token)
    case .share(let labels, let manifest, let stamp, let token):
      await spans.child("cache.share") { span in
        span?.attributes["catalog.parts"] = labels.count
        await share(labels, manifest, stamp: stamp, token: token)
      }
    }
  }

  /// Asks the shared tier and remembers how that went.
  ///
  /// - Parameter name: what the question is called in traces; nil for one of many, which are traced together.
  /// - Returns: the answer; nil when there is none.
  @discardableResult
  func ask<Answer: Sendable>(
    _ name: StaticString?, _ question: @Sendable () async throws -> Answer
  ) async -> Answer? {
    do {
      guard let name, let system = shared.traceName else { return try await question() }
      return try await spans.child("\(system).\(name)", ofKind: .client) { _ in try await question() }
    } catch {
      if !Task.isCancelled { noteFailure(of: error) }
      return nil
    }
  }

  /// Only an answered check closes the breaker: other operations are given more time, and would close it while every check
  /// still takes too long.
  private func noteSuccess() {
    let wasClosed = state.withLockedValue { state in
      defer { state.breaker.succeeded() }
      return state.breaker.state == .closed
    }
    if !wasClosed { record(.sharedRecovered) }
  }

  private func noteFailure(of error: any Error) {
    // A refusal, such as "out of memory", is an answer: asking again costs nothing, so the breaker stays closed.
    let isOutage = !(error is any SharedTierRefusal)
    let breaker = state.withLockedValue { state in
      if isOutage { state.breaker.failed(now: self.time.now) }
      return state.breaker.state
    }
    record(.sharedFailed(reason: String(describing: error), state: breaker))
  }

  // MARK: Checks

  /// Asks the database for its manifest; while it is being asked already, has it asked once more after that.
  ///
  /// - Returns: whether the question was asked to its end.
  func checkDatabase() async -> Bool {
    let isFree = state.withLockedValue { state in
      state.mustCheckAgain = state.isCheckingDatabase
      defer { state.isCheckingDatabase = true }
      return !state.isCheckingDatabase
    }
    guard isFree else { return true }
    let isAsked = await askDatabase()
    let isWantedAgain = state.withLockedValue { state in
      state.isCheckingDatabase = false
      return state.mustCheckAgain
    }
    if isWantedAgain { tell { _ in [.checkDatabase] } }
    return isAsked
  }

  private func askDatabase() async -> Bool {
    let requestedAt = time.now
    do {
      let manifest = try await spans.child("database.check", ofKind: .client) { _ in try await source.manifest() }
      record(.checked(.database, duration: time.now - requestedAt))
      tell { $0.databaseChecked(manifest, requestedAt: requestedAt, now: time.now) }
      return true
    } catch is CancellationError {
      // The cache is being ended; that says nothing about the database.
      return false
    } catch {
      let reason = String(describing: error)
      record(.failed(reason: reason, isLoad: false))
      tell(isFailure: true) { core in
        core.databaseFailed(reason)
        return []
      }
      return true
    }
  }

  /// Asks the shared tier whether the version has moved.
  ///
  /// - Returns: whether it answered.
  func checkShared(timeout: Duration, isHeartbeat: Bool = false) async -> Bool {
    let requestedAt = time.now
    let known = state.withLockedValue { $0.core.sharedStamp }
    guard let check = await ask("check", { try await self.shared.check(known, timeout: timeout) }) else {
      // One slow answer to one reader is no reason for the flights to go on without the shared tier.
      let isDown = state.withLockedValue { $0.breaker.state != .closed }
      if isDown || isHeartbeat { tell { $0.sharedFailed(now: time.now) } }
      return false
    }
    noteSuccess()
    if shared.keepsParts { record(.checked(.redis, duration: time.now - requestedAt)) }
    tell { $0.sharedChecked(check, requestedAt: requestedAt, now: time.now) }
    return true
  }
}

/// A failure of the shared tier that is an answer: it was reached, and refused.
public protocol SharedTierRefusal: Error {}
