import Synchronization
import Testing

/// What the faults did, one row each.
final class FaultTable: Sendable {
  static let shared = FaultTable()

  private let rows = Mutex<[[String]]>([])
  private static let head = [
    "fault", "answers", "stale", "errors", "changes", "told", "fresh late", "stale late", "slowest", "served after",
    "redis after", "outages",
  ]

  /// Adds a row.
  func add(
    _ fault: String, _ history: FleetHistory, in fleet: Fleet, redisAfter: Duration, outages: [Int]
  ) {
    let milliseconds = { (time: Duration) in "\(Int(time / .milliseconds(1))) ms" }
    let recovery = history.recoveryTime { !fleet.isKilled($0) }
    rows.withLock {
      $0.append([
        fault, "\(history.sights.count)", "\(history.sights.count { $0.status == 200 && !$0.isFresh })",
        "\(history.sights.count { $0.status != 200 })", "\(history.commits.count)",
        "\(history.commits.count { $0.change.isTold })", milliseconds(history.longestStaleness(isFresh: true)),
        milliseconds(history.longestStaleness(isFresh: false)),
        milliseconds(history.longestWait(of: fleet.isUndisturbed)), recovery.map(milliseconds) ?? "never",
        milliseconds(redisAfter), outages.map(String.init).joined(separator: "+"),
      ])
    }
  }

  /// Prints what was added.
  func print() {
    let rows = rows.withLock { $0 }
    guard !rows.isEmpty else { return }
    let table = [Self.head] + rows
    let widths = Self.head.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    for row in table {
      let cells = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count) }
      Swift.print(cells.joined(separator: "  "))
    }
  }
}

/// Prints the table when the suite is over.
struct PrintsFaultTable: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await function()
    FaultTable.shared.print()
  }
}

extension Trait where Self == PrintsFaultTable {
  /// Prints the table of faults when the suite is over.
  static var printsFaultTable: Self { Self() }
}
