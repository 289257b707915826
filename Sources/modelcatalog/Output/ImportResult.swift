import Catalog
import CatalogSync
import TieredCaching

/// What an import did, for people and for programs.
struct ImportResult {
  let format: String
  let parsed: ParsedBody
  let report: ImportReport

  private var figures: [(name: StaticString, value: Int)] {
    [
      ("added", report.total(\.added)), ("removed", report.total(\.removed)), ("changed", report.total(\.changed)),
      ("unchanged", report.total(\.unchanged)), ("duplicates", report.total(\.duplicates)),
    ]
  }

  func printJSON() {
    Output.json { json in
      json.member("format", format)
      json.member("dry_run", report.dryRun)
      json.member("rows", parsed.rows)
      for figure in figures { json.member(figure.name, figure.value) }
      json.name("providers")
      json.array { json in
        for provider in report.providers {
          json.object { json in
            json.member("provider", provider.provider.text)
            json.member("added", provider.added)
            json.member("removed", provider.removed)
            json.member("changed", provider.changed)
            json.member("unchanged", provider.unchanged)
            json.member("duplicates", provider.duplicates)
            json.member("revision", Int(provider.revision.number))
          }
        }
      }
      json.name("notices")
      json.array { json in
        for notice in parsed.notices {
          json.object { json in
            json.member("kind", notice.kind.rawValue)
            json.member("row", notice.row)
            json.member("offer", notice.offer)
            json.member("field", notice.field)
            json.member("message", notice.message)
          }
        }
      }
    }
  }

  func printTable(verbose: Bool) {
    var table = Table("provider", ">added", ">removed", ">changed", ">unchanged", ">revision")
    for provider in report.providers {
      table.add(
        provider.provider.text, String(provider.added), String(provider.removed), String(provider.changed),
        String(provider.unchanged), String(provider.revision.number))
    }
    table.print()
    let summary = figures.map { "\($0.value) \($0.name)" }.joined(separator: ", ")
    Output.line("\(report.dryRun ? "Would be" : "Done"): \(parsed.rows) rows, \(summary).")
    for provider in report.providers where report.dryRun && provider.isMassRemoval {
      Output.note(
        "\(provider.provider): more than half would be removed; that takes --force, or --partial to keep them")
    }
    if verbose {
      for notice in parsed.notices { Output.note(Output.printable(notice.description)) }
    } else {
      summariseNotices()
    }
  }

  private func summariseNotices() {
    for kind in ImportNotice.Kind.allCases {
      let notices = parsed.notices.filter { $0.kind == kind }
      guard let first = notices.first else { continue }
      let name = kind.rawValue.split(separator: "_").joined(separator: " ")
      Output.note("\(notices.count) × \(name), for example \(Output.printable(first.description))")
    }
    if !parsed.notices.isEmpty { Output.note("(--verbose lists them all)") }
  }
}
