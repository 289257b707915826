import Foundation

/// What the runs of one case at one size gave.
struct StoreResult {
  /// What one run gave.
  struct Run {
    let nanoseconds: Int
    let peakKibibytes: Int
  }

  let offers: Int
  /// The median time.
  let milliseconds: Double
  /// The largest peak of memory.
  let peakMebibytes: Double

  /// - Parameter runs: at least one.
  init(offers: Int, _ runs: [Run]) {
    self.offers = offers
    let times = runs.map(\.nanoseconds).sorted()
    milliseconds = Double(times[times.count / 2]) / 1e6
    peakMebibytes = Double(runs.map(\.peakKibibytes).max() ?? 0) / 1_024
  }

  /// Prints a table in Markdown, one row for each case and size.
  static func printTable(_ results: [StoreCase: [StoreResult]]) {
    print("| case | offers | ms | offers/s | µs per offer | × first size | peak MiB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name in StoreCase.allCases {
      let rows = results[name] ?? []
      for row in rows {
        let first = rows[0].milliseconds / Double(rows[0].offers)
        let each = row.milliseconds / Double(row.offers)
        let cells = [
          String(row.offers), String(format: "%.1f", row.milliseconds), String(Int(1_000 / each)),
          String(format: "%.2f", each * 1_000), String(format: "%.2f", each / first),
          String(format: "%.0f", row.peakMebibytes),
        ]
        print("| \(name.title) | \(cells.joined(separator: " | ")) |")
      }
    }
  }
}
