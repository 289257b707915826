import Catalog
import CatalogSync
import Foundation

/// A long list that arrives in pieces: how fast it is read, and how much memory that takes.
struct LongListCase {
  let mebibytes: Int

  func run() throws {
    let format = try ImportFormat.named("openrouter")
    let context = ImportContext(provider: try ProviderSlug("benchmark"), observedAt: 1_790_000_000)
    let before = try Memory.peakMebibytes()
    var parser = try BodyParser(format: format, context: context)
    var bytes = 0
    var row = 0
    var seconds = 0.0
    var piece = Array("{\"data\":[".utf8)
    while bytes < mebibytes << 20 {
      // As a connection gives them.
      while piece.count < 64 << 10 {
        piece += Array(((row > 0 ? "," : "") + BenchmarkList.row(row)).utf8)
        row += 1
      }
      bytes += piece.count
      let start = ContinuousClock.now
      try parser.read(piece)
      seconds += (ContinuousClock.now - start) / .seconds(1)
      piece = []
    }
    try parser.read(Array("]}".utf8))
    try parser.endPage()
    let offers = try parser.finish().listings.reduce(0) { $0 + $1.offers.count }
    let peak = try Memory.peakMebibytes()
    print("| list of \(mebibytes) MiB in pieces of 64 KiB | |\n| --- | ---: |")
    print("| offers | \(offers) |")
    print("| MB/s | \(String(format: "%.1f", Double(bytes) / 1e6 / seconds)) |")
    print("| peak memory above the start, offers included, MiB | \(String(format: "%.0f", peak - before)) |")
    let whole = try wholeBody(bytes: bytes)
    print("| the same as JSONSerialization takes for its tree, MiB | \(String(format: "%.0f", whole)) |")
  }

  /// What a parser of whole documents takes, the document included.
  private func wholeBody(bytes: Int) throws -> Double {
    let before = try Memory.residentMebibytes()
    var text = "{\"data\":["
    var row = 0
    while text.utf8.count < bytes {
      text += (row > 0 ? "," : "") + BenchmarkList.row(row)
      row += 1
    }
    text += "]}"
    let data = Data(text.utf8)
    text = ""
    let tree = try JSONSerialization.jsonObject(with: data)
    defer { withExtendedLifetime(tree) {} }
    return try Memory.residentMebibytes() - before
  }
}

/// The memory of this process.
enum Memory {
  /// The most that it has ever used.
  static func peakMebibytes() throws -> Double { try value("VmHWM") }

  /// What it uses now.
  static func residentMebibytes() throws -> Double { try value("VmRSS") }

  private static func value(_ name: String) throws -> Double {
    let text = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(name):") }
    let kibibytes = line?.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Double($0) }
    guard let kibibytes else { throw CocoaError(.fileReadCorruptFile) }
    return kibibytes / 1_024
  }
}
