import Foundation
import Testing

/// The page about configuration, and what the program reads.
@Suite struct ConfigurationPageTests {
  private struct Answer: Decodable { let settings: [String: String] }

  /// A row of a table of variables.
  private struct Row {
    let name: String
    let defaultValue: String
    let allowed: String
    let isSecret: Bool
  }

  private static let page = Places.repository.appending(path: "docs/configuration.md")

  /// The rows below a heading.
  private static func rows(_ heading: String) throws -> [Row] {
    let text = try String(contentsOf: page, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "\n## ").first { $0.hasPrefix("\(heading)\n") })
    return section.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 5, cells[0].hasPrefix("`") else { return nil }
      return Row(
        name: cells[0].trimmingCharacters(in: ["`"]), defaultValue: cells[1], allowed: cells[3],
        isSecret: cells[4] == "yes")
    }
  }

  @Test("its table has the variables that doctor shows, with the values that they have when nothing is set")
  func defaults() async throws {
    let shown = try await withSandbox { try await $0.json(["doctor"], as: Answer.self).settings }
    let rows = try Self.rows("Variables")
    #expect(rows.map(\.name).sorted() == shown.keys.sorted())
    for row in rows {
      let value = try #require(shown[row.name])
      // Without PostgreSQL its variables have no value.
      if value != "not used" { #expect(row.defaultValue.contains(value), "\(row.name): \(value)") }
    }
  }

  @Test("the variables that the source reads are those that doctor shows")
  func source() async throws {
    let shown = try await withSandbox { Set(try await $0.json(["doctor"], as: Answer.self).settings.keys) }
    let sources = Places.repository.appending(path: "Sources/modelcatalog")
    let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
    var read: Set<String> = []
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      for match in text.matches(of: #/(?:forKey: |\bread\()"([a-z.]+)"/#) {
        read.insert(match.output.1.uppercased().replacing(".", with: "_"))
      }
      for match in text.matches(of: #/\b(?:environment|slugs)\("([A-Z_]+)"[),]/#) {
        read.insert(String(match.output.1))
      }
    }
    #expect(read == shown)
  }

  @Test("what it allows is allowed, and the next number is refused with the bounds")
  func bounds() async throws {
    let rows = try Self.rows("Variables").compactMap { row in
      row.allowed.wholeMatch(of: #/`(\d+)` to `(\d+)`(?:, .*)?/#).map { match in
        (name: row.name, bounds: [match.output.1, match.output.2].compactMap { Int($0) })
      }
    }
    #expect(rows.count >= 8)
    try await withSandbox { sandbox in
      for (name, bounds) in rows {
        for value in bounds {
          let good = try await sandbox.run(["doctor"], environment: [name: String(value)])
          #expect(good.exitCode == 0, "\(name)=\(value): \(good.errors)")
        }
        for value in [bounds[0] - 1, bounds[1] + 1] {
          let bad = try await sandbox.run(["doctor"], environment: [name: String(value)])
          #expect(bad.exitCode == 1)
          #expect(bad.errors.contains("\(name): "))
          #expect(bad.errors.contains("from \(bounds[0]) to \(bounds[1])"), "\(name)=\(value): \(bad.errors)")
        }
      }
    }
  }

  @Test("what it calls a secret is never shown")
  func secrets() async throws {
    let values = [
      "DATABASE_URL": "postgres://me:hunter2@127.0.0.1:1/catalog",
      "DATABASE_DIRECT_URL": "postgres://me:hunter2@127.0.0.1:2/catalog",
      "DATABASE_REPLICA_URL": "postgres://me:hunter2@127.0.0.1:3/catalog",
      "REDIS_URL": "redis://:hunter2@127.0.0.1:1", "ADMIN_API_KEY": "hunter2-hunter2-hunter2",
      "MODEL_WEBHOOK_URLS": "https://hooks.example.com/hunter2",
      "MODEL_WEBHOOK_SECRET": "hunter2-hunter2-hunter2-hunter2",
      "OTEL_EXPORTER_OTLP_HEADERS": "api-key=hunter2",
    ]
    #expect(try Self.rows("Variables").filter(\.isSecret).map(\.name).sorted() == values.keys.sorted())
    try await withSandbox { sandbox in
      for arguments in [["doctor"], ["doctor", "--json"]] {
        let result = try await sandbox.run(arguments, environment: values)
        #expect(result.text.contains("MODEL_WEBHOOK_SECRET"))
        #expect(!(result.text + result.errors).contains("hunter2"))
      }
    }
  }

  @Test("a variable that is empty counts as not set")
  func empty() async throws {
    try await withSandbox { sandbox in
      let plain = try await sandbox.json(["doctor"], as: Answer.self).settings
      let names = plain.keys.map { ($0, "") }
      let empty = try await sandbox.json(
        ["doctor"], as: Answer.self, environment: Dictionary(uniqueKeysWithValues: names)
      ).settings
      #expect(empty == plain)
    }
  }

  @Test("it names the key of every provider")
  func keys() throws {
    let providers = try String(contentsOf: Places.repository.appending(path: "docs/providers.md"), encoding: .utf8)
    let rows = providers.split(separator: "\n").filter { $0.contains("](https://") && $0.hasPrefix("| `") }
    let named = rows.flatMap { row in
      row.matches(of: #/[`{]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)[`}]/#).map { String($0.output.1) }
    }
    #expect(named.count > 30)
    let page = try String(contentsOf: Self.page, encoding: .utf8)
    let listed = page.matches(of: #/(?m)^\| `([A-Z0-9_]+)` \| `[a-z][^|]*\|$/#).map { String($0.output.1) }
    #expect(Set(listed) == Set(named))
    #expect(listed.count == Set(listed).count)
  }
}
