import Catalog
import CatalogSync
import Foundation
import NIOConcurrencyHelpers

/// Says on standard error how far a sync is.
final class SyncProgress: Sendable {
  private let total: Int
  private let done = NIOLockedValueBox(0)

  init(total: Int) { self.total = total }

  func show(_ result: SyncResult) {
    let number = done.withLockedValue { done in
      done += 1
      return done
    }
    // Why something failed stands at the end, where it is not scrolled away.
    let what = result.outcome == .failed ? "" : result.reason.map { ": \(Output.printable($0))" } ?? ""
    let seconds = String(format: "%.1f", Double(result.milliseconds) / 1_000)
    Output.note("[\(number)/\(total)] \(result.provider) \(result.outcome.words)\(what) (\(seconds) s)")
  }
}

/// What a sync did, for people and for programs.
struct SyncReport {
  let job: SyncJob

  func printJSON() throws { Output.raw(try SyncDocuments.document(of: job)) }

  func printTable() {
    let results = job.results.sorted { $0.provider < $1.provider }
    var table = Table(
      "provider", "outcome", ">offers", ">priced", ">free", ">dynamic", ">other", ">unknown", ">added", ">removed",
      ">changed", ">held", ">flagged", ">seconds")
    for result in results where result.outcome != .skipped {
      let count = { (state: PriceState) in String(result.prices[state.rawValue] ?? 0) }
      table.add(
        result.provider, result.outcome.words, String(result.offers), count(.priced), count(.free), count(.dynamic),
        count(.notTokenPriced), count(.unknown), String(result.added), String(result.removed),
        String(result.changed), String(result.held), String(result.flagged),
        String(format: "%.1f", Double(result.milliseconds) / 1_000))
    }
    table.print()
    for result in results { printChanges(result) }
    for result in results where result.outcome == .failed {
      Output.note("\(result.provider) failed: \(Output.printable(result.reason ?? ""))")
    }
    Output.line(summary)
  }

  private var summary: String {
    let counts = SyncResult.Outcome.allCases.compactMap { outcome in
      job.count(outcome) == 0 ? nil : "\(job.count(outcome)) \(outcome.words)"
    }
    let held = job.results.reduce(0) { $0 + $1.held }
    let advice =
      held == 0
      ? ""
      : job.dryRun
        ? " \(held) changes would be held back."
        : " \(held) changes are held back: see \"modelcatalog quarantine list\"."
    return
      "\(job.dryRun ? "Nothing was written. " : "")\(job.results.count) providers: \(counts.joined(separator: ", ")).\(advice)"
  }

  private func printChanges(_ result: SyncResult) {
    guard !result.changes.isEmpty else { return }
    Output.line("\(result.provider):")
    for change in result.changes {
      let field = change.field.map { " \($0) \(Self.short(change.old)) -> \(Self.short(change.new))" } ?? ""
      let held = change.held.map { "  HELD: \($0)" } ?? ""
      Output.line(Output.printable("  \(Self.sign(change.kind)) \(change.offer)\(field)\(held)"))
    }
  }

  private static func sign(_ kind: String) -> String { kind == "added" ? "+" : kind == "removed" ? "-" : "~" }

  private static func short(_ value: String?) -> String {
    guard let value else { return "none" }
    return value.count > 60 ? "\(value.prefix(59))…" : value
  }
}

/// How the sync stands, for people and for programs.
struct SyncStatusSheet {
  let status: SyncStatus
  let all: Bool

  func printJSON() throws { Output.raw(try SyncDocuments.document(of: status)) }

  func printTable() {
    var table = Table("provider", "ready", "last result", ">offers", "asked", "changed", "failure")
    let now = Int(Date().timeIntervalSince1970)
    for provider in status.providers where all || provider.isReady || provider.attemptedAt != nil {
      let failure = provider.error.map { "\($0.message) (\($0.failures)×, again in \(max(0, $0.retryAt - now)) s)" }
      table.add(
        provider.provider, provider.isReady ? "yes" : "no: \(provider.obstacle ?? "")",
        provider.lastResult?.outcome.words ?? "-", provider.lastResult.map { String($0.offers) } ?? "-",
        Self.ago(provider.attemptedAt, now), Self.ago(provider.changedAt, now),
        failure ?? provider.lastFailure?.reason ?? "-")
    }
    table.print()
    Output.line(status.isHealthy ? "Nothing is wrong." : "\(status.problems.count) providers have failed.")
  }

  private static func ago(_ time: Int?, _ now: Int) -> String {
    guard let time else { return "never" }
    let seconds = max(0, now - time)
    if seconds < 120 { return "\(seconds) s ago" }
    return seconds < 7_200 ? "\(seconds / 60) min ago" : "\(seconds / 3_600) h ago"
  }
}

extension SyncResult.Outcome {
  /// The outcome in words.
  var words: String { rawValue.split(separator: "_").joined(separator: " ") }
}
