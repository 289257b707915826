import Testing
import TieredCaching

/// A size of the model that is searched to the end.
struct ModelInstance: Sendable, CustomTestStringConvertible {
  let name: String
  var parts = 1
  /// Whether the search starts with two workers that hold the first state, and not with new ones.
  var isWarm = true
  /// Whether requests are done at once, but for those that a delay holds back.
  var isPrompt = true
  let budget: [ModelEvent: Int]

  var testDescription: String { name }

  func search(guards: ProtocolGuards = .all) -> ModelChecker.Result {
    let parts = ["x", "y"].prefix(parts).map { PartID($0) }
    var checker = ModelChecker(parts: parts, guards: guards, isPrompt: isPrompt)
    return checker.run(budget, isWarm: isWarm)
  }

  static let start = ModelInstance(
    name: "two new workers, requests in every order", isWarm: false, isPrompt: false,
    budget: [.tickOfFirst: 1, .tickOfSecond: 1])

  static let commit = ModelInstance(
    name: "a commit, requests in every order", isPrompt: false,
    budget: [.tickOfFirst: 1, .tickOfSecond: 1, .commit: 1])

  static let crash = ModelInstance(
    name: "a commit and a crash, requests in every order", isPrompt: false,
    budget: [.tickOfFirst: 1, .tickOfSecond: 1, .commit: 1, .crash: 1])

  static let everything = ModelInstance(
    name: "two commits, a flush and a crash, one delay",
    budget: [.tickOfFirst: 1, .tickOfSecond: 1, .commit: 2, .flush: 1, .crash: 1, .delay: 1])

  static let failover = ModelInstance(
    name: "a commit, a failover and a long wait, one delay",
    budget: [.tickOfFirst: 2, .tickOfSecond: 1, .commit: 1, .failover: 1, .wait: 1, .delay: 1])

  static let commits = ModelInstance(
    name: "two commits and two questions of each worker, one delay",
    budget: [.tickOfFirst: 2, .tickOfSecond: 2, .commit: 2, .delay: 1])

  static let flush = ModelInstance(
    name: "two new workers, a commit and a flush, one delay", isWarm: false,
    budget: [.tickOfFirst: 1, .tickOfSecond: 2, .commit: 1, .flush: 1, .delay: 1])

  static let flushDelayed = ModelInstance(
    name: "two new workers, a commit and a flush, two delays", isWarm: false,
    budget: [.tickOfFirst: 1, .tickOfSecond: 2, .commit: 1, .flush: 1, .delay: 2])

  static let replacement = ModelInstance(
    name: "another database, two delays",
    budget: [.tickOfFirst: 2, .tickOfSecond: 1, .replacement: 1, .delay: 2])

  static let override = ModelInstance(
    name: "a part cached by hand and a commit, one delay",
    budget: [.tickOfFirst: 2, .tickOfSecond: 2, .commit: 1, .override: 1, .delay: 1])

  static let loss = ModelInstance(
    name: "two parts, a commit, a lost message, a lost part and a replica that lags", parts: 2,
    budget: [.tickOfFirst: 1, .tickOfSecond: 1, .commit: 1, .loss: 1, .eviction: 1, .lag: 1, .delay: 1])

  /// Searched in every run.
  static let all = [start, commit, crash, everything, failover, commits, flush, replacement, override, loss]

  /// Searched when there is time.
  static let large = [
    flushDelayed,
    ModelInstance(
      name: "a commit and a flush, requests in every order", isPrompt: false,
      budget: [.tickOfFirst: 1, .tickOfSecond: 1, .commit: 1, .flush: 1]),
    ModelInstance(
      name: "a commit, a failover and a long wait, two delays",
      budget: [.tickOfFirst: 2, .tickOfSecond: 1, .commit: 1, .failover: 1, .wait: 1, .delay: 2]),
    ModelInstance(
      name: "two commits and a long wait, two delays",
      budget: [.tickOfFirst: 2, .tickOfSecond: 1, .commit: 2, .wait: 1, .delay: 2]),
  ]
}
