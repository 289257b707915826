import Catalog
import CatalogSync
import Foundation
import Testing

@Suite("The page about providers")
struct ProviderPageTests {
  private static func text(_ page: String = "providers") throws -> String {
    let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs")
    return try String(contentsOf: docs.appending(path: "\(page).md"), encoding: .utf8)
  }

  @Test("Its tables say what the adapters say")
  func tables() throws {
    let rows = try Self.text().split(separator: "\n").map(String.init).filter {
      $0.contains("](https://") && $0.hasPrefix("| ")
    }
    let expected = AdapterTests.everything.map(Self.row)
    for (row, expected) in zip(rows, expected) { #expect(row == expected) }
    #expect(rows.count == expected.count)
  }

  @Test("Every configuration that is shown can be read", arguments: ["providers", "adding-a-provider"])
  func examples(page: String) throws {
    let parts = try Self.text(page).components(separatedBy: "```json\n").dropFirst()
    let examples = parts.map { $0.components(separatedBy: "```")[0] }
    #expect(examples.count >= 2)
    for example in examples {
      #expect(throws: Never.self) { try ProviderConfiguration.read(Array(example.utf8)) }
    }
  }

  @Test("It names every member that a configuration can have")
  func members() throws {
    for member in [
      "slug", "url", "name", "site_url", "format", "authentication", "key_variable", "paging", "minimum_offers",
    ] {
      #expect(try Self.text().contains("`\(member)`"), "\(member)")
    }
  }

  private static func row(_ adapter: ProviderAdapter) -> String {
    let columns = [
      "`\(adapter.slug)`", "[\(adapter.name)](\(adapter.siteURL))", "`\(adapter.url)`", key(adapter.authentication),
      paging(adapter.paging), unit(adapter.format), String(adapter.minimumOffers), adapter.evidence.rawValue,
    ]
    return "| \(columns.joined(separator: " | ")) |"
  }

  private static func key(_ authentication: ProviderAdapter.Authentication) -> String {
    switch authentication {
    case .none: "none"
    case .bearer(let variable): "`\(variable)`"
    case .optionalBearer(let variable): "`\(variable)`, optional"
    case .header(let name, let variable): "`\(variable)` in `\(name)`"
    }
  }

  private static func paging(_ paging: ProviderAdapter.Paging) -> String {
    switch paging {
    case .none: "whole"
    case .token(let parameter, _, _): "token `\(parameter)`"
    case .number(let parameter, _): "number `\(parameter)`"
    case .offset(let parameter, _): "offset `\(parameter)`"
    case .address(let member): "address `\(member)`"
    case .link: "`Link`"
    }
  }

  /// What the format's summary says about prices.
  private static func unit(_ format: ImportFormat) -> String {
    guard !format.summary.contains("no prices"), let start = format.summary.range(of: "prices ") else {
      return "no prices"
    }
    return String(format.summary[start.upperBound...])
  }
}
