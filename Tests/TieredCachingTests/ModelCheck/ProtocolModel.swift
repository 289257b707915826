@testable import TieredCaching

/// The protocol as a machine whose every step can be taken in every order: the production core and shared state, and
/// messages that anybody may deliver next.
///
/// Time is logical: it moves by a millisecond when a publication ends, and all requests carry it. So "asked after the
/// change was published" means what it means in production, and there are finitely many states.
struct ProtocolModel {
  /// A request or the answer to it.
  struct Message: Hashable {
    let worker: Int
    /// Which life of the worker asked; an answer to an earlier one is not delivered.
    let life: Int
    let action: CoherenceCore.Action
    let requestedAt: Duration
    var reply: Reply?
    /// Nobody waits for the answer.
    var isAbandoned = false
    /// What the same task of the worker asks for next.
    var following: [CoherenceCore.Action] = []
  }

  /// The servers, and the replica of the shared tier that may take over.
  struct Servers: Hashable {
    var current: SimulatedServers
    var replica: SharedState
  }

  /// What a delivery leads to.
  struct Delivery {
    let worker: UInt32
    /// What is asked for, or built, next.
    let messages: [UInt32]
    let violation: String?
  }

  /// What an execution leads to.
  struct Execution {
    let servers: UInt32
    /// The answer, and what is asked for next.
    let messages: [UInt32]
    /// The flight that the lease was given to.
    let leasedFlight: Int?
    let violation: String?
  }

  struct Pair: Hashable {
    let state: UInt32
    let message: UInt32
    let now: UInt32
    var variant: UInt32 = 0
  }

  var workers = Interner<SimulatedWorker>()
  var servers = Interner<Servers>()
  var messages = Interner<Message>()
  let policy: CachePolicy
  private let guards: ProtocolGuards
  private let parts: [PartID]
  private var deliveries: [Pair: Delivery] = [:]
  private var executions: [Pair: Execution] = [:]
  private var checks: [Pair: String?] = [:]
  private var recoveries: [Pair: String?] = [:]

  init(parts: [PartID], guards: ProtocolGuards) {
    policy = CachePolicy(timeToLive: .seconds(10_000), staleLimit: .seconds(10_000), leaseDuration: .seconds(3))
    self.guards = guards
    self.parts = parts
  }

  static func time(_ milliseconds: UInt32) -> Duration { .milliseconds(Int(milliseconds)) }

  /// The state to start from.
  ///
  /// - Parameter isWarm: whether both workers hold the first state of the database, and the shared tier has it;
  ///   otherwise everything is empty.
  mutating func initialState(_ budget: [ModelEvent: Int], isWarm: Bool) -> ModelState {
    var workers = (0..<ModelState.workerCount).map { SimulatedWorker(id: $0, policy: policy, guards: guards) }
    var servers = SimulatedServers(parts: parts, guards: guards)
    for index in isWarm ? Array(workers.indices) : [] { beat(&workers[index], &servers) }
    let numbers = workers.map { self.workers.number(of: $0) }
    let number = self.servers.number(of: Servers(current: servers, replica: servers.shared))
    return ModelState(workers: numbers, servers: number, budget: budget)
  }

  /// One heartbeat, and everything that follows from it at once and in order.
  private func beat(_ worker: inout SimulatedWorker, _ servers: inout SimulatedServers, now: Duration = .zero) {
    var waiting = worker.core.tick(now: now, random: 1)
    while !waiting.isEmpty {
      let action = waiting.removeFirst()
      let reply = servers.execute(action, policy: policy, now: now)
      waiting += worker.receive(reply, to: action, requestedAt: now, now: now) + action.following
    }
  }

  // MARK: Steps

  /// The messages of a worker that wants something done.
  mutating func send(_ actions: [CoherenceCore.Action], from worker: SimulatedWorker, now: UInt32) -> [UInt32] {
    actions.map { action in
      messages.number(
        of: Message(
          worker: worker.id, life: worker.life, action: action, requestedAt: Self.time(now), reply: nil,
          following: action.following))
    }
  }

  /// Does what a request asks for.
  mutating func execute(_ number: UInt32, on state: UInt32, now: UInt32, lag: Int) -> Execution {
    let pair = Pair(state: state, message: number, now: now, variant: UInt32(lag))
    if let known = executions[pair] { return known }
    var message = messages[number]
    var servers = servers[state]
    let reply = servers.current.execute(message.action, policy: policy, now: Self.time(now), lag: lag)
    var leasedFlight: Int?
    if case .acquireLease(let flight, _) = message.action, reply == .done(true) { leasedFlight = flight }
    var next = message.isAbandoned ? [] : following(message, now: now)
    if message.action.isAnswered, !message.isAbandoned {
      message.reply = reply
      next.insert(messages.number(of: message), at: 0)
    }
    let execution = Execution(
      servers: self.servers.number(of: servers), messages: next, leasedFlight: leasedFlight,
      violation: servers.current.violation)
    executions[pair] = execution
    return execution
  }

  /// The request that comes after one that was heard or given up.
  mutating func following(_ message: Message, now: UInt32) -> [UInt32] {
    guard let action = message.following.first else { return [] }
    let next = Message(
      worker: message.worker, life: message.life, action: action, requestedAt: Self.time(now), reply: nil,
      following: Array(message.following.dropFirst()))
    return [messages.number(of: next)]
  }

  /// Hands an answer to the worker that asked.
  mutating func deliver(_ number: UInt32, to state: UInt32, now: UInt32) -> Delivery {
    let pair = Pair(state: state, message: number, now: now)
    if let known = deliveries[pair] { return known }
    let message = messages[number]
    var worker = workers[state]
    let before = worker.core.held
    let actions = worker.receive(
      message.reply ?? .done(true), to: message.action, requestedAt: message.requestedAt, now: Self.time(now))
    var violation = worker.violation.map { "worker \(worker.id) \($0)" }
    if let before, let after = worker.core.held, before.lifetime == after.lifetime, !after.isAtLeast(before) {
      violation = "worker \(worker.id) went back"
    }
    for case .load in actions where worker.core.shared.health == .up && worker.core.flight?.hasLease != true {
      violation = "worker \(worker.id) loads without the lease"
    }
    let delivery = Delivery(
      worker: workers.number(of: worker), messages: send(actions, from: worker, now: now), violation: violation)
    deliveries[pair] = delivery
    return delivery
  }

  // MARK: Checks

  /// What is wrong with what a worker could serve now, as a strict and as a bounded reader.
  mutating func check(worker: UInt32, servers: UInt32, now: UInt32) -> String? {
    let pair = Pair(state: worker, message: servers, now: now)
    if let known = checks[pair] { return known }
    let violation = violation(of: workers[worker], self.servers[servers].current, now: Self.time(now))
    checks[pair] = .some(violation)
    return violation
  }

  /// What keeps the workers from serving the newest state soon after nothing happens any more.
  mutating func checkRecovery(from state: ModelState) -> String? {
    let pair = Pair(state: state.worker(0), message: state.worker(1), now: state.now, variant: state.servers)
    if let known = recoveries[pair] { return known }
    var servers = servers[state.servers].current
    var workers = (0..<ModelState.workerCount).map { self.workers[state.worker($0)] }
    let newest = servers.database.current.revisions
    var hasAgreed = workers.allSatisfy { $0.core.held?.revisions == newest }
    // Longer than the lease; then a heartbeat to look and one to get what is new.
    for second in [5, 6, 7] as [UInt32] where !hasAgreed {
      let now = Self.time(state.now + second * 1_000)
      for index in workers.indices { beat(&workers[index], &servers, now: now) }
      hasAgreed = workers.allSatisfy { $0.core.held?.revisions == newest }
    }
    let violation = hasAgreed ? nil : "a worker does not get to the newest state"
    recoveries[pair] = .some(violation)
    return violation
  }

  private func violation(of worker: SimulatedWorker, _ servers: SimulatedServers, now: Duration) -> String? {
    let core = worker.core
    guard let held = core.held else { return nil }
    guard let state = servers.database.index(of: held) else {
      return "worker \(worker.id) holds a state that the database never had"
    }
    if core.read(now: now) != .refusePurged, let target = core.target, held.lifetime == target.lifetime,
      target.floors.contains(where: { part, floor in held.revisions[part].map { $0 < floor } ?? false })
    {
      return "worker \(worker.id) serves what was purged"
    }
    // Whenever a strict read began up to here, it would be answered as fresh.
    let strictly = servers.database.newest(publishedBy: core.confirmedAt)
    if state < strictly, case .serve(.fresh, _) = core.read(now: now, since: core.confirmedAt) {
      return "worker \(worker.id) serves state \(state) as fresh, not \(strictly), strictly"
    }
    let bounded = servers.database.newest(publishedBy: now - policy.stalenessBound)
    if state < bounded, case .serve(.fresh, _) = core.read(now: now) {
      return "worker \(worker.id) serves state \(state) as fresh, not \(bounded), within the bound"
    }
    return nil
  }
}
