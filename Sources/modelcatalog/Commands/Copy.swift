import ArgumentParser
import Catalog
import Configuration
import Foundation
import Logging

struct Copy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Copy a whole catalog from one database to another.",
    discussion: """
      Offers, providers, overrides, quarantine, revisions, change log, imports, facts and records of syncs are copied as of
      one moment, in one transaction. The target must never have held a provider. It gets a lifetime of its own, so that
      workers that are moved to it take nothing from the cache for what it is not.

      FROM and TO are sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME. A password is better given in PGPASSWORD or a
      password file than on the command line.
      """)

  @Argument(help: "The database to copy.")
  var from: String

  @Argument(help: "The database to fill.")
  var to: String

  @Flag(name: .long, help: "Print JSON for programs instead of text for people.")
  var json = false

  func run() async throws {
    let source = try location(from, "FROM")
    let target = try location(to, "TO")
    guard source.mayExist else { throw CommandFailure("there is no database \(source)") }
    let logger = Logger(label: "modelcatalog") { _ in SwiftLogNoOpLogHandler() }
    let counts = try await source.whileOpen(logger: logger) { source in
      try await target.whileOpen(logger: logger) { target in try await copy(source, target) }
    }
    show(source: source, target: target, counts)
  }

  private func location(_ url: String, _ name: String) throws -> DatabaseLocation {
    do {
      return try DatabaseLocation(url, dataDirectory: ".")
    } catch {
      throw CommandFailure("\(name): \(error.reason)")
    }
  }

  /// Lets one thread read while another writes.
  private func copy(_ source: any CatalogDatabase, _ target: any CatalogDatabase) async throws -> [CatalogTable: Int] {
    let pipe = RowPipe()
    let isQuiet = json
    return try await withThrowingTaskGroup(of: [CatalogTable: Int]?.self) { group in
      group.addTask {
        do {
          try await source.readTables { try pipe.send($0) }
          pipe.finish()
        } catch {
          pipe.fail(error)
          throw error
        }
        return nil
      }
      group.addTask {
        do {
          let counter = RowCounter(isQuiet: isQuiet)
          try await target.fillTables { try pipe.receive().map { counter.count($0) } }
          return counter.counts
        } catch {
          pipe.fail(error)
          throw error
        }
      }
      var counts: [CatalogTable: Int] = [:]
      for try await result in group { if let result { counts = result } }
      return counts
    }
  }

  private func show(source: DatabaseLocation, target: DatabaseLocation, _ counts: [CatalogTable: Int]) {
    if json {
      return Output.json { json in
        json.member("from", "\(source)")
        json.member("to", "\(target)")
        json.name("rows")
        json.object { json in
          for table in CatalogTable.allCases {
            json.name(dynamic: table.rawValue)
            json.value(counts[table] ?? 0)
          }
        }
      }
    }
    Output.line("Copied \(source) to \(target):")
    var table = Table("table", "rows")
    for name in CatalogTable.allCases { table.add(name.rawValue, String(counts[name] ?? 0)) }
    table.print()
  }
}
