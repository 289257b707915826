@testable import TieredCaching

/// Visits every state that the model can reach, breadth first, so that what leads to a violation is as short as possible.
struct ModelChecker {
  /// How a state was reached.
  enum Step {
    case take(UInt32, lag: Int)
    case lose(UInt32)
    case event(ModelEvent, Int)
    case publish(UInt32)
  }

  /// What was found.
  struct Result {
    let states: Int
    let transitions: Int
    /// What broke first, and how it came to that; nil when nothing did.
    let violation: String?
    let trace: [String]
    /// Whether every state was visited.
    let isExhaustive: Bool
  }

  var model: ProtocolModel
  let parts: [PartID]
  private let isPrompt: Bool
  private let limit: Int
  private var states: [ModelState] = []
  private var known: Set<ModelState> = []
  private var origins: [(state: Int32, step: Step)] = []
  private var transitions = 0
  private var violation: String?
  /// The state whose steps are being taken.
  private var origin: Int32 = 0

  /// - Parameters:
  ///   - isPrompt: whether requests are done at once, but for those that a ``ModelEvent/delay`` holds back; otherwise each
  ///     may take as long as it likes.
  ///   - limit: the most states to visit.
  init(parts: [PartID], guards: ProtocolGuards = .all, isPrompt: Bool = false, limit: Int = .max) {
    model = ProtocolModel(parts: parts, guards: guards)
    self.parts = parts
    self.isPrompt = isPrompt
    self.limit = limit
  }

  mutating func run(_ budget: [ModelEvent: Int], isWarm: Bool = true) -> Result {
    let initial = model.initialState(budget, isWarm: isWarm)
    states.append(initial)
    known.insert(initial)
    origins.append((-1, .event(.wait, 0)))
    while Int(origin) < states.count, violation == nil, states.count <= limit {
      let state = states[Int(origin)]
      takeMessages(state)
      happen(state)
      origin += 1
    }
    return Result(
      states: states.count, transitions: transitions, violation: violation, trace: trace(),
      isExhaustive: Int(origin) == states.count)
  }

  mutating func visit(_ next: ModelState, by step: Step, _ broken: String? = nil) {
    if violation != nil { return }
    transitions += 1
    var state = next
    forgetLeases(&state)
    if known.insert(state).inserted {
      states.append(state)
      origins.append((origin, step))
      violation = broken ?? violation(in: state) ?? (state.messageCount == 0 ? model.checkRecovery(from: state) : nil)
    } else if let broken {
      states.append(state)
      origins.append((origin, step))
      violation = broken
    }
  }

  private mutating func violation(in state: ModelState) -> String? {
    for index in 0..<ModelState.workerCount {
      let worker = state.worker(index)
      if let violation = model.check(worker: worker, servers: state.servers, now: state.now) { return violation }
    }
    return nil
  }

  // MARK: Messages

  private mutating func takeMessages(_ state: ModelState) {
    for index in 0..<state.messageCount {
      let number = state.message(index)
      if index > 0, state.message(index - 1) == number { continue }
      let message = model.messages[number]
      var next = state
      next.removeMessage(at: index)
      take(number, in: next, by: .take(number, lag: 0))
      if case .load = message.action, message.reply == nil, state.left(.lag) > 0 {
        next.use(.lag)
        take(number, in: next, by: .take(number, lag: 1))
      }
      if state.left(.loss) > 0 { lose(number, message, at: index, in: state) }
    }
  }

  /// Lets what was asked for, answered or begun at once happen, in order, or stay in the network.
  mutating func go(_ messages: [UInt32], in state: ModelState, by step: Step, _ broken: String? = nil) {
    guard let number = messages.first else { return visit(state, by: step, broken) }
    if let broken = broken ?? violation(in: state) { return visit(state, by: step, broken) }
    let rest = Array(messages.dropFirst())
    let message = model.messages[number]
    let isRequest = message.reply == nil && !message.action.isLocal
    if isRequest, message.action == .checkDatabase, isAskingDatabase(message, state) {
      return go(rest, in: state, by: step)
    }
    if isRequest, !isPrompt {
      var later = state
      later.insert(number)
      return go(rest, in: later, by: step)
    }
    if state.left(.delay) > 0 {
      var later = state
      later.use(.delay)
      later.insert(number)
      go(rest, in: later, by: step)
    }
    take(number, in: state, before: rest, by: step)
  }

  /// A message that is not in the network any more arrives.
  private mutating func take(
    _ number: UInt32, in state: ModelState, before rest: [UInt32] = [], by step: Step
  ) {
    let message = model.messages[number]
    var next = state
    if message.reply != nil || message.action.isLocal {
      let delivery = model.deliver(number, to: state.worker(message.worker), now: state.now)
      next.setWorker(message.worker, delivery.worker)
      return go(rest + delivery.messages, in: next, by: step, delivery.violation)
    }
    let lag = if case .take(number, let lag) = step { lag } else { 0 }
    let execution = model.execute(number, on: state.servers, now: state.now, lag: lag)
    next.setServers(execution.servers)
    var violation = execution.violation
    if let flight = execution.leasedFlight {
      if isLeased(state, byOtherThan: message.worker) { violation = "two workers hold the lease" }
      next.setLease(of: message.worker, flight: UInt32(flight), until: state.now + 3_000)
    }
    go(execution.messages + rest, in: next, by: step, violation)
  }

  /// As in production, the database is not asked for its manifest while it is being asked already.
  private func isAskingDatabase(_ question: ProtocolModel.Message, _ state: ModelState) -> Bool {
    (0..<state.messageCount).contains { index in
      let message = model.messages[state.message(index)]
      return message.action == .checkDatabase && message.worker == question.worker && message.life == question.life
        && !message.isAbandoned
    }
  }

  /// Whether another worker believes to hold the lease within the time for which it was given.
  private func isLeased(_ state: ModelState, byOtherThan worker: Int) -> Bool {
    let other = 1 - worker
    guard let lease = state.lease(of: other), lease.until > state.now else { return false }
    let flight = model.workers[state.worker(other)].core.flight
    return flight?.hasLease == true && flight?.id == Int(lease.flight)
  }

  /// Forgets who was given the lease when it no longer matters, so that states do not differ by that alone.
  private func forgetLeases(_ state: inout ModelState) {
    for worker in 0..<ModelState.workerCount {
      guard let lease = state.lease(of: worker) else { continue }
      let flight = model.workers[state.worker(worker)].core.flight?.id
      if lease.until <= state.now || flight != Int(lease.flight) { state.clearLease(of: worker) }
    }
  }

  private mutating func lose(_ number: UInt32, _ message: ProtocolModel.Message, at index: Int, in state: ModelState) {
    guard !message.action.isLocal, !message.isAbandoned, message.reply != .failed else { return }
    var next = state
    next.use(.loss)
    if case .load = message.action {
      // A load cannot be broken off; who gave it up gets its answer all the same.
    } else {
      next.removeMessage(at: index)
    }
    if message.reply == nil, message.action.isForSharedTier {
      var abandoned = message
      abandoned.isAbandoned = true
      next.insert(model.messages.number(of: abandoned))
      for request in model.following(message, now: state.now) { next.insert(request) }
    }
    if message.action.isAnswered {
      var failed = message
      failed.reply = .failed
      next.insert(model.messages.number(of: failed))
    }
    visit(next, by: .lose(number))
  }

  // MARK: Telling

  private func trace() -> [String] {
    guard violation != nil else { return [] }
    var steps: [String] = []
    var state = Int32(states.count - 1)
    while state > 0 {
      let origin = origins[Int(state)]
      steps.append(describe(origin.step))
      state = origin.state
    }
    return steps.reversed()
  }

  private func describe(_ step: Step) -> String {
    switch step {
    case .take(let number, let lag):
      "worker \(model.messages[number].worker): \(model.messages[number].action)"
        + (model.messages[number].reply.map { " hears \($0)" } ?? "") + (lag > 0 ? " by a replica" : "")
    case .lose(let number): "lost: \(model.messages[number].action)"
    case .event(let event, let detail): "\(event) \(detail)"
    case .publish(let commit): "commit \(commit) is published"
    }
  }
}
