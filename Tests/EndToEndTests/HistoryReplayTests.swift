import Foundation
import Testing

/// Ten months of a real list: the change log has to say what really happened, and nothing else.
@Suite(.enabled(if: Places.hasData, "../shared/data is absent")) struct HistoryReplayTests {
  /// What `openrouter_truth.py` says about one body.
  private struct Step: Decodable {
    let added, removed, changed, unchanged: Int
    let changes: Set<ChangesAnswer.Change>
  }

  @Test("reports and change log of ten monthly lists are those that an independent program computes")
  func replay() async throws {
    try await withSandbox { sandbox in
      let history = try Places.history()
      let truth = try await sandbox.run(
        tool: "python3", [Places.script("openrouter_truth.py")] + history.map(\.path))
      try #require(truth.exitCode == 0, "\(truth.errors)")
      let steps = try JSONDecoder().decode([Step].self, from: truth.output)
      try #require(steps.count == history.count && history.count >= 10)

      var position = 0
      for ((day, path), step) in zip(history, steps) {
        let answer: ImportAnswer = try await sandbox.json(["import", "openrouter", path, "--observed", day])
        #expect(answer.counts == [step.added, step.removed, step.changed, step.unchanged], "\(day)")
        let log: ChangesAnswer = try await sandbox.json(["changes", "--since", "\(position)", "--limit", "100000"])
        position = log.nextSince
        Self.compare(log.data, with: step.changes, day: day)
      }
    }
  }

  private static func compare(_ log: [ChangesAnswer.Change], with truth: Set<ChangesAnswer.Change>, day: String) {
    // The other program says neither why a price is not known, nor all that an offer cost that came or went.
    let logged = log.filter { $0.field != "pricing.note" }.map(\.withoutAllPrices)
    let found = Set(logged)
    #expect(logged.count == found.count, "\(day): a change is logged twice")
    #expect(found.subtracting(truth).prefix(3).isEmpty, "\(day): logged, but did not happen")
    #expect(truth.subtracting(found).prefix(3).isEmpty, "\(day): happened, but is not logged")
    let isPrice = { (change: ChangesAnswer.Change) in change.field?.hasPrefix("pricing.") == true }
    #expect(found.filter(isPrice).count == truth.filter(isPrice).count, "\(day): prices")
  }
}
