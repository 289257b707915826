/// The tables of a catalog's database that are copied, which are the same in every store. Together they are all that it
/// holds, but for its lifetime, as a copy lives a life of its own, and the leases of the workers that use it.
public enum CatalogTable: String, Sendable, CaseIterable {
  case metadata, providers, offers, revisions, changes, imports, quarantine, overrides
  case syncRecords = "sync_records"

  /// The columns, in the order in which rows are copied.
  public var columns: [String] {
    switch self {
    case .metadata: ["name", "value"]
    case .providers: ["slug", "name", "site_url"]
    case .offers: OfferRow.columns
    case .revisions: ["provider", "revision", "floor"]
    case .changes:
      ["sequence", "provider", "offer", "kind", "field", "old_value", "new_value", "revision", "at", "effective_at"]
    case .imports:
      [
        "id", "provider", "format", "source", "observed_at", "imported_at", "added", "removed", "changed", "unchanged",
        "revision",
      ]
    case .quarantine: QuarantineRow.columns
    case .overrides: OverrideRow.columns
    case .syncRecords: ["kind", "name", "value", "updated_at"]
    }
  }

  /// The columns that hold JSON documents.
  public var documents: Set<String> {
    switch self {
    case .offers:
      [
        "input_modalities", "output_modalities", "supported_parameters", "capabilities", "aliases", "pricing",
        "provenance",
      ]
    case .syncRecords, .overrides: ["value"]
    case .metadata, .providers, .revisions, .changes, .imports, .quarantine: []
    }
  }

  /// The columns that hold times, as ``CatalogChange/at``.
  public var times: Set<String> {
    switch self {
    case .changes: ["at", "effective_at"]
    case .imports: ["imported_at"]
    case .quarantine: ["since", "decided_at"]
    case .overrides: ["set_at"]
    case .syncRecords: ["updated_at"]
    case .metadata, .providers, .offers, .revisions: []
    }
  }

  /// The columns that hold whole numbers; all others hold texts.
  public var numbers: Set<String> {
    switch self {
    case .metadata, .providers, .overrides, .syncRecords: []
    case .offers: ["context_length", "max_input", "max_output", "created", "observed_at"]
    case .revisions: ["revision", "floor"]
    case .changes: ["sequence", "revision"]
    case .quarantine: ["id", "is_held", "observed_at"]
    case .imports: ["id", "observed_at", "added", "removed", "changed", "unchanged", "revision"]
    }
  }
}

/// Rows of one table on their way from one database to another.
public struct CatalogRowBatch: Sendable {
  /// The table.
  public let table: CatalogTable
  /// The rows, each with a value for each of the table's columns.
  public let rows: [[ColumnValue]]

  /// Rows of a table.
  public init(table: CatalogTable, rows: [[ColumnValue]]) {
    self.table = table
    self.rows = rows
  }

  /// How many rows are taken at a time.
  public static let size = 1_000
}
