import Foundation
import Testing

/// What all pages have in common: what they refer to is there.
@Suite struct PageTests {
  private static func pages() throws -> [URL] {
    try ["", "docs", "docs/runbooks", "deploy", "benchmarks"].flatMap { folder in
      try FileManager.default.contentsOfDirectory(
        at: Places.repository.appending(path: folder), includingPropertiesForKeys: nil)
    }.filter { $0.pathExtension == "md" }
  }

  @Test("links lead to files and headings that are there")
  func links() throws {
    var count = 0
    for page in try Self.pages() {
      let text = try String(contentsOf: page, encoding: .utf8)
      for match in text.matches(of: #/\]\(([^)\s]+)\)/#) where !match.output.1.contains("://") {
        count += 1
        let parts = match.output.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let target = parts[0].isEmpty ? page : page.deletingLastPathComponent().appending(path: String(parts[0]))
        let isThere = FileManager.default.fileExists(atPath: target.standardized.path)
        #expect(isThere, "\(page.lastPathComponent): \(match.output.1)")
        guard isThere, parts.count == 2 else { continue }
        let headings = try Self.anchors(of: String(contentsOf: target.standardized, encoding: .utf8))
        #expect(headings.contains(String(parts[1])), "\(page.lastPathComponent): \(match.output.1)")
      }
    }
    #expect(count > 50)
  }

  /// The names that a heading has in an address.
  private static func anchors(of text: String) -> Set<String> {
    Set(
      text.matches(of: #/(?m)^#+ (.+)$/#).map { match in
        let kept = match.output.1.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
        return kept.replacing(" ", with: "-")
      })
  }

  @Test("tests that they name are there")
  func tests() throws {
    let directory = Places.repository.appending(path: "Tests")
    let files = try #require(FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil))
    var sources: [String] = []
    for case let file as URL in files where file.pathExtension == "swift" {
      sources.append(try String(contentsOf: file, encoding: .utf8))
    }
    var count = 0
    for page in try Self.pages() {
      let text = try String(contentsOf: page, encoding: .utf8)
      for match in text.matches(of: #/`(\w+Tests)(?:\.(\w+))?`/#) {
        count += 1
        let (suite, function) = (String(match.output.1), match.output.2.map(String.init))
        let isThere = sources.contains { source in
          source.contains("\(suite) ") && function.map { source.contains("func \($0)(") } ?? true
        }
        #expect(isThere || Self.isTarget(suite), "\(page.lastPathComponent): \(match.output.0)")
      }
    }
    #expect(count > 50)
  }

  private static func isTarget(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: Places.repository.appending(path: "Tests/\(name)").path)
  }
}
