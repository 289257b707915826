import TestSupport

@testable import TieredCaching

/// Workers, a shared tier and a database on a virtual clock: every message may be late, lost, repeated or overtaken, and
/// every process may stop for a while or die. The whole run follows from the seed.
struct Simulation {
  static let parts = ["x", "y", "*full"].map { PartID($0) }
  /// How long the shared tier is waited for.
  static let patience = Duration.milliseconds(500)

  /// What broke, in order.
  var violations: [String] = []
  var occurrences = Occurrences()

  var random: SplitMix64
  var now: Duration = .zero
  var servers: SimulatedServers
  var workers: [SimulatedWorker]
  /// How often each worker was started before; answers to an earlier life are lost.
  var lives: [Int]
  /// Until when each worker is paused.
  var pausedUntil: [Duration]
  /// Until when each worker cannot reach the shared tier.
  var cutOffUntil: [Duration]
  /// The time of the latest request that each worker got an answer to.
  private var answeredAt: [Duration]
  let policy: CachePolicy
  /// States that a failover may go back to.
  var backups: [SharedState] = []
  /// The flight that each worker took the lease for last, and until when it was given.
  var leases: [Int: (flight: Int, until: Duration)] = [:]
  var isFaulty = true
  /// When faults end.
  private(set) var faultsEnd: Duration = .zero
  var sharedDownUntil: Duration = .zero
  var databaseDownUntil: Duration = .zero
  private var queue = EventQueue<Event>()
  let isTraced: Bool

  enum Event {
    case tick(worker: Int, life: Int)
    case request(Message)
    case abandonedRequest(Message)
    case reply(Message, Reply)
    case write
    case publish(commit: Int, tries: Int)
    case fault
    case read
    case strictRead(worker: Int, life: Int, start: Duration)
  }

  /// A question of a worker. A class, because events are moved around a lot.
  final class Message: Sendable {
    let worker: Int
    let life: Int
    let action: CoherenceCore.Action
    let requestedAt: Duration

    init(worker: Int, life: Int, action: CoherenceCore.Action, requestedAt: Duration) {
      self.worker = worker
      self.life = life
      self.action = action
      self.requestedAt = requestedAt
    }
  }

  init(seed: UInt64, workers count: Int = 3, guards: ProtocolGuards = .all, isTraced: Bool = false) {
    random = SplitMix64(seed: seed)
    policy = CachePolicy(
      timeToLive: .seconds(20), staleLimit: .seconds(600), loadTimeout: .seconds(2), leaseDuration: .seconds(3))
    servers = SimulatedServers(parts: Self.parts, guards: guards)
    workers = []
    for id in 0..<count { workers.append(SimulatedWorker(id: id, policy: policy, guards: guards)) }
    lives = Array(repeating: 0, count: count)
    pausedUntil = Array(repeating: .zero, count: count)
    cutOffUntil = Array(repeating: .zero, count: count)
    answeredAt = Array(repeating: .zero, count: count)
    self.isTraced = isTraced
  }

  /// How long the faults of a schedule go on: most are short, some have time for a pause of half a minute.
  static func seconds(seed: UInt64) -> Int { seed % 64 == 63 ? 45 : 8 }

  /// Runs with faults, then without, and checks that everybody agrees in the end.
  mutating func run(seconds: Int) {
    faultsEnd = .seconds(seconds)
    for id in workers.indices { schedule(.tick(worker: id, life: 0), after: .milliseconds(id * 7)) }
    schedule(.write, after: .milliseconds(300))
    schedule(.fault, after: .milliseconds(800))
    schedule(.read, after: .milliseconds(100))
    advance(to: faultsEnd)
    if isTraced { note("faults end") }
    isFaulty = false
    sharedDownUntil = now
    databaseDownUntil = now
    for index in workers.indices {
      pausedUntil[index] = now
      cutOffUntil[index] = now
    }
    // Most need no more than a few heartbeats.
    advance(to: now + .seconds(2))
    if let disagreement {
      if isTraced { note(disagreement) }
      // A lease of a dead worker has to end, and a flight that waits for a lost answer has to give up.
      advance(to: now + policy.leaseDuration + .seconds(3))
    }
    if violations.isEmpty, let disagreement { report("\(disagreement) after the faults ended") }
  }

  private mutating func advance(to end: Duration) {
    while violations.isEmpty, let (at, event) = queue.popFirst(before: end) {
      now = at
      handle(event)
    }
    now = end
  }

  mutating func schedule(_ event: Event, after delay: Duration) { queue.insert(event, at: now + delay) }

  // The remainder is not quite even, and much faster than the library without optimisation.
  mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(range.lowerBound + Int(random.next() % UInt64(range.upperBound - range.lowerBound + 1)))
  }

  mutating func chance(_ oneIn: UInt64) -> Bool { random.next() % oneIn == 0 }

  /// Tells somebody who follows the schedule what happens. To be asked for only where ``isTraced``: whatever computes the
  /// text, be it a closure that is never called, costs a copy of the simulation.
  func note(_ text: String) { print("\(now): \(text)") }

  mutating func report(_ violation: String) {
    if isTraced { note("VIOLATION \(violation)") }
    violations.append("\(violation), at \(now)")
  }

  private mutating func handle(_ event: Event) {
    switch event {
    case .tick(let worker, let life): tick(worker, life)
    case .request(let message): execute(message)
    case .abandonedRequest(let message):
      guard isReachable(message) else { return }
      occurrences[.abandonedRequest] += 1
      if isTraced { note("worker \(message.worker): given up, but done: \(message.action)") }
      _ = servers.execute(message.action, policy: policy, now: now)
    case .reply(let message, let reply): deliver(reply, to: message)
    case .write: write()
    case .publish(let commit, let tries): publish(commit, tries: tries)
    case .fault: injectFault()
    case .read: read()
    case .strictRead(let worker, let life, let start): checkStrictRead(worker, life, start: start)
    }
  }

  // MARK: Messages

  private mutating func tick(_ index: Int, _ life: Int) {
    guard lives[index] == life else { return }
    guard pausedUntil[index] <= now else {
      return schedule(.tick(worker: index, life: life), after: .milliseconds(100))
    }
    let actions = workers[index].core.tick(now: now, random: Double.random(in: 0..<1, using: &random))
    send(actions, from: index)
    schedule(.tick(worker: index, life: life), after: policy.heartbeat)
  }

  mutating func send(_ actions: [CoherenceCore.Action], from index: Int) {
    for action in actions {
      checkLoad(action, of: index)
      if isTraced { note("worker \(index) asks: \(action)") }
      let message = Message(worker: index, life: lives[index], action: action, requestedAt: now)
      let delay = milliseconds(0...(isFaulty && chance(12) ? 4_000 : 20))
      if action.isForSharedTier, delay > Self.patience {
        // Whoever asks the shared tier does not wait for ever; what was asked is done all the same.
        schedule(.reply(message, .failed), after: Self.patience)
        schedule(.abandonedRequest(message), after: delay)
      } else {
        schedule(.request(message), after: delay)
      }
    }
  }

  private func isReachable(_ message: Message) -> Bool {
    if message.action.isForSharedTier { return sharedDownUntil <= now && cutOffUntil[message.worker] <= now }
    return message.action.isLocal || databaseDownUntil <= now
  }

  private mutating func execute(_ message: Message) {
    let isFragile = isFaulty && !message.action.isLocal
    let isLost = isFragile && chance(15)
    guard isReachable(message), !isLost else {
      occurrences[.lostRequest] += 1
      if isTraced { note("worker \(message.worker): lost: \(message.action)") }
      return schedule(.reply(message, .failed), after: Self.patience)
    }
    let lag = isFaulty && chance(8) ? 1 : 0
    let reply = servers.execute(message.action, policy: policy, now: now, lag: lag)
    if isTraced { note("worker \(message.worker) is heard: \(message.action)") }
    observe(message, reply, lag: lag)
    if let violation = servers.violation { report(violation) }
    follow(message)
    if isFragile, chance(30) {
      occurrences[.repeatedRequest] += 1
      _ = servers.execute(message.action, policy: policy, now: now, lag: lag)
    }
    let isAnswerLost = isFragile && chance(20)
    let slow: ClosedRange<Int> = if case .load = message.action { 5...900 } else { 0...20 }
    let arrival = now + milliseconds(isFaulty && chance(12) ? 0...4_000 : slow)
    let isLate = message.action.isForSharedTier && arrival - message.requestedAt > Self.patience
    if case .load = message.action, arrival - message.requestedAt > policy.loadTimeout {
      // A load cannot be broken off; who gave it up gets its answer all the same.
      occurrences[.lateLoad] += 1
      schedule(.reply(message, .failed), after: max(.zero, message.requestedAt + policy.loadTimeout - now))
    }
    if isAnswerLost || isLate {
      occurrences[.lostAnswer] += 1
      schedule(.reply(message, .failed), after: max(.zero, message.requestedAt + Self.patience - now))
    } else {
      schedule(.reply(message, reply), after: arrival - now)
    }
  }

  /// What a worker does after the first step of sharing; the steps are messages of their own, which may be lost.
  private mutating func follow(_ message: Message) {
    if lives[message.worker] == message.life { send(message.action.following, from: message.worker) }
  }

  private mutating func deliver(_ reply: Reply, to message: Message) {
    let index = message.worker
    guard lives[index] == message.life else { return occurrences[.answerToADeadWorker] += 1 }
    guard pausedUntil[index] <= now else {
      return schedule(.reply(message, reply), after: .milliseconds(100))
    }
    var reply = reply
    if case .check(let check) = reply, check.incarnation != servers.incarnation, isFaulty { reply = .failed }
    if message.requestedAt < answeredAt[index] { occurrences[.overtakenAnswer] += 1 }
    answeredAt[index] = max(answeredAt[index], message.requestedAt)
    if isTraced { note("worker \(index) hears of \(message.requestedAt): \(message.action) -> \(reply)") }
    let before = workers[index].core.held
    let actions = workers[index].receive(reply, to: message.action, requestedAt: message.requestedAt, now: now)
    if let violation = workers[index].violation { report("worker \(index) \(violation)") }
    checkInstallation(index, message.action, from: before)
    send(actions, from: index)
  }
}
