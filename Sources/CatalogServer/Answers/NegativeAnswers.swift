import HTTPTypes
import NIOConcurrencyHelpers
import TieredCaching

/// Answers of "there is no such thing", apart from the others, so that names that do not exist cannot push out what does.
///
/// They are kept for a short time only and, like all answers, for one catalog version: what is added is found at once.
final class NegativeAnswers: Sendable {
  private struct Kept: Sendable {
    let problem: Problem
    let until: Duration
  }

  private static let maximumEntries = 200
  private static let maximumBytes = 1 << 20
  private static let timeToLive = Duration.seconds(10)

  private let tier = LocalTier<Kept>(maximumEntries: maximumEntries, maximumBytes: maximumBytes)
  private let version = NIOLockedValueBox("")
  private let time = SystemTime()

  /// What was answered to a target before; nil when nothing is kept.
  func problem(for target: String, version: String) -> Problem? {
    guard let kept = tier.value(for: ViewKey(view: "negative", name: target), version: version), kept.until > time.now
    else { return nil }
    return kept.problem
  }

  /// Keeps that there is nothing at a target.
  func keep(_ problem: Problem, for target: String, version: String) {
    guard problem.status == .notFound else { return }
    let isNew = self.version.withLockedValue { known in
      defer { known = version }
      return known != version
    }
    if isNew { tier.move(to: version) }
    let bytes = target.utf8.count + problem.detail.utf8.count + problem.allowed.reduce(128) { $0 + $1.utf8.count }
    let kept = Kept(problem: problem, until: time.now + Self.timeToLive)
    tier.store(kept, for: ViewKey(view: "negative", name: target), version: version, bytes: bytes)
  }
}
