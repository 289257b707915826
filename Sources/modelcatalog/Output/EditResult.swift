import Catalog
import TieredCaching

/// What an update by hand did, for people and for programs.
struct EditResult {
  let report: EditReport

  func printJSON() {
    Output.json { json in
      report.writeMembers(to: &json)
      json.member("dry_run", report.dryRun)
    }
  }

  func printTable() {
    if !report.fields.isEmpty {
      var table = Table("field", "before", "after")
      for change in report.fields { table.add(change.field, change.oldValue ?? "-", change.newValue ?? "-") }
      table.print()
    }
    let target = report.offer.map { "offer \($0) of \(report.provider)" } ?? "provider \(report.provider)"
    var line = "\(report.dryRun ? "Would be " : "")\(verb): \(Output.printable(target))"
    if report.isProviderCreated { line += ", with its provider" }
    if report.removedOffers > 0 { line += ", with \(report.removedOffers) offers" }
    if report.kind != .unchanged, !report.dryRun {
      line += "; revision \(report.revision), catalog version \(report.manifest.version)"
    }
    Output.line("\(line).")
  }

  private var verb: String {
    let verb = report.kind.rawValue
    return report.dryRun ? verb : verb.prefix(1).uppercased() + verb.dropFirst()
  }
}
