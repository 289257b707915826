@testable import TieredCaching

/// The protocol as a machine whose every step can be taken in every order: the production core and shared state, and
/// messages that anybody may deliver next.
///
/// Time is logical: it moves by a millisecond with each event of the surroundings, and all requests carry it. So "asked
/// after the change was published" means what it means in production, and there are finitely many states.
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
  }

  /// The servers, and the replica of the shared tier that may take over.
  struct Servers: Hashable {
    var current: SimulatedServers
    var replica: SharedState
  }

  /// What a delivery leads to.
  struct Delivery {
    let worker: UInt32
    let requests: [UInt32]
    /// The value that is built next, if one is.
    let installation: UInt32?
    let violation: String?
  }

  /// What an execution leads to.
  struct Execution {
    let servers: UInt32
    /// What is asked for next.
    let requests: [UInt32]
    let answer: UInt32?
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

  init(parts: [PartID], guards: ProtocolGuards) {
    policy = CachePolicy(timeToLive: .seconds(10_000), staleLimit: .seconds(10_000), leaseDuration: .seconds(3))
    self.guards = guards
    self.parts = parts
  }

  static func time(_ milliseconds: UInt32) -> Duration { .milliseconds(Int(milliseconds)) }

  /// Both workers are new, and the shared tier is empty.
  mutating func initialState(_ budget: [ModelEvent: Int]) -> ModelState {
    let first = workers.number(of: SimulatedWorker(id: 0, policy: policy, guards: guards))
    let second = workers.number(of: SimulatedWorker(id: 1, policy: policy, guards: guards))
    let servers = SimulatedServers(parts: parts, guards: guards)
    let number = self.servers.number(of: Servers(current: servers, replica: servers.shared))
    return ModelState(workers: [first, second], servers: number, budget: budget)
  }

  // MARK: Steps

  /// The messages that a worker sends, and the one to itself.
  mutating func send(
    _ actions: [CoherenceCore.Action], from worker: SimulatedWorker, now: UInt32
  ) -> (requests: [UInt32], installation: UInt32?) {
    var requests: [UInt32] = []
    var installation: UInt32?
    for action in actions {
      let number = messages.number(
        of: Message(worker: worker.id, life: worker.life, action: action, requestedAt: Self.time(now), reply: nil))
      if action.isLocal { installation = number } else { requests.append(number) }
    }
    return (requests, installation)
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
    var requests: [UInt32] = []
    for action in message.isAbandoned ? [] : message.action.following {
      let request = Message(
        worker: message.worker, life: message.life, action: action, requestedAt: Self.time(now), reply: nil)
      requests.append(messages.number(of: request))
    }
    var answer: UInt32?
    if message.action.isAnswered, !message.isAbandoned {
      message.reply = reply
      answer = messages.number(of: message)
    }
    let execution = Execution(
      servers: self.servers.number(of: servers), requests: requests, answer: answer, leasedFlight: leasedFlight,
      violation: servers.current.violation)
    executions[pair] = execution
    return execution
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
    let (requests, installation) = send(actions, from: worker, now: now)
    let delivery = Delivery(
      worker: workers.number(of: worker), requests: requests, installation: installation, violation: violation)
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
