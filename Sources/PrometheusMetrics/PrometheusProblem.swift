/// Why a metric is not shown. The program that records it goes on as if it were.
public enum PrometheusProblem: Sendable, Hashable, CustomStringConvertible {
  /// The name stands for a metric of another type already.
  case nameConflict(name: String, type: String, registeredAs: String)
  /// There are as many series as are allowed; the first name that was refused.
  case tooManySeries(name: String, limit: Int)

  /// What is wrong and what to do, for a person.
  public var description: String {
    switch self {
    case .nameConflict(let name, let type, let registered):
      "the metric \(name) is recorded as \(type) and as \(registered); only the latter is shown, rename one of them"
    case .tooManySeries(let name, let limit):
      "there are \(limit) time series already, new ones such as of \(name) are not shown; use fewer label values"
    }
  }
}
