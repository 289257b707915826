import Catalog
import Dispatch
import NIOConcurrencyHelpers

/// Hands rows from the thread that reads one database to the thread that writes another, a few batches at a time. Both
/// threads belong to the databases and may block.
final class RowPipe: Sendable {
  private static let capacity = 8

  private struct State {
    var batches: [CatalogRowBatch] = []
    var failure: (any Error)?
  }

  private let state = NIOLockedValueBox(State())
  // From 0: a semaphore that ends below the value that it began with is taken for a mistake.
  private let space = DispatchSemaphore(value: 0)
  private let filled = DispatchSemaphore(value: 0)

  init() { for _ in 0..<Self.capacity { space.signal() } }

  /// Waits for space and adds rows.
  ///
  /// - Throws: why the other side ended.
  func send(_ batch: CatalogRowBatch) throws {
    space.wait()
    try state.withLockedValue { state in
      if let failure = state.failure { throw failure }
      state.batches.append(batch)
    }
    filled.signal()
  }

  /// Waits for rows.
  ///
  /// - Returns: nil after the last ones.
  /// - Throws: why the other side ended.
  func receive() throws -> CatalogRowBatch? {
    filled.wait()
    let batch = try state.withLockedValue { state in
      if let failure = state.failure { throw failure }
      return state.batches.isEmpty ? nil : state.batches.removeFirst()
    }
    space.signal()
    return batch
  }

  /// Says that there are no more rows.
  func finish() { filled.signal() }

  /// Ends both sides with an error; the first one counts.
  func fail(_ error: any Error) {
    state.withLockedValue { $0.failure = $0.failure ?? error }
    space.signal()
    filled.signal()
  }
}

/// Counts the rows that pass, and says how far it is.
final class RowCounter: Sendable {
  private let isQuiet: Bool
  private let state = NIOLockedValueBox<[CatalogTable: Int]>([:])

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Rows by table.
  var counts: [CatalogTable: Int] { state.withLockedValue { $0 } }

  /// Counts rows on their way.
  func count(_ batch: CatalogRowBatch) -> CatalogRowBatch {
    let count = state.withLockedValue { counts in
      counts[batch.table, default: 0] += batch.rows.count
      return counts[batch.table] ?? 0
    }
    if !isQuiet, count > 0, count.isMultiple(of: 20 * CatalogRowBatch.size) {
      Output.note("\(batch.table.rawValue): \(count) rows…")
    }
    return batch
  }
}
