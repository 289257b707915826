/// What one worker found when it compared what it serves with the database and the shared tier.
public struct AuditSummary: Sendable, Hashable {
  /// What can be found out about one view.
  public enum Finding: String, Sendable, CaseIterable {
    /// It is what the database has.
    case agreeing
    /// It is older than what the database has, and is marked as stale or was within the staleness bound.
    case behind
    /// It was served as fresh although something newer was committed longer ago than the staleness bound.
    case pastBound = "past_bound"
    /// It has the revision that the database has, and other content.
    case different
    /// It could not be compared, because somebody did not answer.
    case unknown
  }

  /// The number of the request for an audit that it answers; 0 for one of the worker's own accord.
  public var request: Int
  /// How many views each finding was made of.
  public private(set) var counts: [Finding: Int] = [:]
  /// How long the view that is behind for the longest time has been so.
  public var longestBehind: Duration = .zero

  /// The first views that have other content, for the log; a summary read from its text names none.
  public private(set) var differing: [String] = []

  /// How many views that differ are named.
  private static let mostNamed = 8

  /// A summary that says nothing yet.
  public init(request: Int = 0) { self.request = request }

  /// How many views a finding was made of.
  public subscript(_ finding: Finding) -> Int { counts[finding, default: 0] }

  /// How many views were looked at.
  public var views: Int { counts.values.reduce(0, +) }

  /// Whether nothing is wrong: nothing differs and nothing was served past the bound.
  public var isConsistent: Bool { self[.different] == 0 && self[.pastBound] == 0 }

  /// Adds a finding.
  public mutating func add(_ finding: Finding, _ count: Int = 1) {
    guard count > 0 else { return }
    counts[finding, default: 0] += count
  }

  /// Adds a comparison of the content of one view.
  ///
  /// - Parameters:
  ///   - view: what was compared.
  ///   - isEqual: whether it is what the database has.
  public mutating func compare(_ view: String, isEqual: Bool) {
    add(isEqual ? .agreeing : .different)
    if !isEqual, differing.count < Self.mostNamed { differing.append(view) }
  }

  /// The summary in a form that a shared tier can keep: numbers between colons.
  public var text: String {
    let numbers = [request] + Finding.allCases.map { self[$0] } + [Int(longestBehind / .milliseconds(1))]
    return numbers.map(String.init).joined(separator: ":")
  }

  /// Reads ``text``; nil for what is none.
  public init?(text: some StringProtocol) {
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == Finding.allCases.count + 2, numbers.allSatisfy({ $0.map { $0 >= 0 } ?? false }) else {
      return nil
    }
    request = numbers[0] ?? 0
    for (finding, number) in zip(Finding.allCases, numbers.dropFirst()) { add(finding, number ?? 0) }
    longestBehind = .milliseconds(numbers.last.flatMap { $0 } ?? 0)
  }
}
