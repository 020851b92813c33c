# Grains and units
grain = 期間の単位
grain-day = 日
grain-week = 週
grain-month = 月
grain-quarter = 四半期
grain-year = 年
grain-all = 全期間
unit-day = 日
unit-days = 日
unit-minutes = 分
unit-points = pt
in-unit = { $name }（{ $unit }）

# What a number is asked by
by = 内訳
by-company = 会社
by-source = リードソース
by-stage = ステージ
by-team = チーム
by-rep = 営業担当者
by-manager = マネージャー
by-territory = テリトリー
by-segment = セグメント
by-product = 商品
by-account = 取引先
by-period = 期間
no-entity = 未設定

# A tile
light-on-target = 目標どおり
light-watch = 要注意
light-behind = 目標未達
light-no-value = 値なし
target-is = 目標 { $target }
bar-label = 目標の{ $percent }
no-target = 目標なし
lower-is-better = 低いほど良い
higher-is-better = 高いほど良い
versus = { $period }比
versus-previous = 前期比
versus-year-before = 前年同期比
change = 増減
value = 値
total = 合計
share = 構成比
weighted-score = 加重スコア
scorecard-of = { $name }のスコアカード
score-of-100 = / 100
period-part = 期中 · { $days }日中 { $day }日目
as-of-date = 基準日 { $date }
as-of-known-at = 基準日 { $date }、把握時点 { $known }

# Why there is no value
null-undefined = この期間は分母がゼロのため、算出できません。
null-no_source = この種類のデータはまだ取り込まれていません。
null-missing_rate = 必要な為替レートがありません。登録すると値が表示されます。
null-insufficient = 回答数が少なすぎるため、表示できません。
null-immature = 評価に必要な期間がまだ過ぎていないため、判断できません。
null-withheld = 3名未満の数値または機密データの数値が分かるため、表示しません。
null-met = ノルマは達成済みで、残りはありません。

# The page behind a number
what-this-is = この数値の意味
definition = 定義
formula = 計算式
numerator = 分子
denominator = 分母
contribution = 寄与
authority = 根拠
computed-from = 計算の元
rows-behind = 数値の内訳
rows-match = 内訳の合計は数値と一致しています。
more-rows = 閲覧権限のない行がほかに{ $count }件
rounding = 端数調整
not-additive = この数値は合計ではないため、各行を足しても全体の値にはなりません。
kpi-by-period =
    { $grain ->
        [day] 日別
        [week] 週別
        [month] 月別
        [quarter] 四半期別
        [year] 年別
       *[all] 期間別
    }の{ $name }
kpi-by = { $entity }別の{ $name }
export-csv = CSVでエクスポート
export-xlsx = XLSXでエクスポート
no-kpis = この役割にはKPIが設定されていません
no-kpis-hint = システム管理者が設定画面で役割ごとのKPIを選びます。
no-facts = まだデータがありません
no-facts-hint = ファイルをインポートすると、すぐに数値が表示されます。
kpis = KPI
people-shown = { $all }人中、上位{ $shown }人を表示しています。
show-all-people = すべて表示
everyone-else = その他の人
revenue-counts = 売上高の基準：{ $basis }
kpi-by-person = 担当者別の{ $name }
defined-in = 定義箇所
section = リファレンス { $section }

# Groups of KPIs
kpi-group-leads = リードと獲得コスト
kpi-group-voice = 顧客の声とサービス
kpi-group-people = 人材と育成
kpi-group-revenue = 売上とノルマ
kpi-group-deals = 商談と注文
kpi-group-pipeline = パイプラインと転換
kpi-group-customers = 顧客
kpi-group-coverage = カバレッジ
kpi-group-receivables = 売掛金
kpis-without-source = まだデータのない項目：{ $names }
counts-on = 計上日
before = 前
year-before = 前年
nothing-known = この日の時点では、まだ何も登録されていませんでした
nothing-known-hint = 最初のデータはその後に登録されています。より後の日を選ぶか、現在に戻ってください。
versus-same-days = { $period }の同期間比
several = 複数

# Periods
periods = 期間
periods-hint = 締めた期間は報告時の値を示します。後から判明した分は、未締めの期間に計上します。
period-closed = 締め済み
period-partly = 一部締め済み
period-open = 未締め
state = 状態
close-period = { $period }を締める
close-period-hint = これらの値を確定します。後から判明した分は、未締めの期間に計上します。
closed-by = { $date }に{ $name }が締めました。その後に判明した分は未締めの期間に計上し、ここでは修正再表示として示します。

# Role scorecards.
scores = スコア
scores-hint = スコアカードのある役割の全員と、KPI の結果です。
no-scores = スコアはありません
no-scores-hint = この期間に、スコアカードのある役割で、閲覧できる人はいません。
scorecards = スコアカード
scorecards-hint = 各役割がどの KPI で評価されるかです。自社のスコアカードは Clinch 付属のものに代わります。
scorecard-edit-hint = 重みの合計は 100% です。重みのない KPI は表示のみで採点しません。採点曲線は linear などの語、または linear 80%:60 100%:100 120%:120 のような点で書きます。
scorecard-wrong = このスコアカードはまだ使えません
fix-scores = { $period }のスコアを確定
scores-fixed = { $count } 件のスコアを確定しました
fixed = 確定
weight-present = 採点できた重み
too-little-weight = 採点できた重みが半分に満たないため、スコアはありません。
every-kpi = すべての KPI
score-rests-on = 重みの { $percent } が採点されています。
missing-value = 値のない KPI
missing-renormalise = 重みを他の KPI に配分
missing-neutral = 100 とみなす
missing-zero = 0 とみなす
score-fixed-same = { $score } で確定しました。その後に判明した事実による変化はありません。
score-fixed-other = { $score } で確定しました。現在の情報では { $now } になります。
not-scored = 採点しない
score-times-weight = スコア { $score } × { $weight }%
no-target-weight = 目標なし · { $weight }%
no-score-weight = スコアなし · { $weight }%
score-parts = スコアの内訳
adds = 加点
own-scorecard = 自社のもの
shipped-scorecard = Clinch 付属
groups = グループ
with-weight = 重みあり
preview = プレビュー
score-now = 現在のスコア
score-then = 変更後のスコア
whose-numbers = 対象の数値
whose-person = 本人
whose-reports = 本人と部下
whose-company = 会社
holds-from = 適用開始日
curve = 採点曲線
all-roles = すべての役割
scorecard-since = { $date } から
score-full = 100 が目標どおり

# Why a number changed.
why = 変化の理由
why-changed = { $name }が変化した理由
compared-with = 比較対象
against-period = 前の期間
against-year = 前年
against-known = 当時の把握内容
against-as-of = 当時の状態
known-now = 現在の把握内容
known-on = { $date } 時点の把握内容
difference = 差
cause = 要因
causes = 要因のレコード
every-cause = すべての要因
effect = 影響
record = レコード
axis-is-cut = 棒はゼロから始まっていません。
nothing-to-compare = 一方に値がないため、説明する差がありません
cause-added = 追加
cause-changed = 変更
cause-moved = 担当者の変更
cause-removed = 削除または取り消し
cause-organisation = 人、チーム、テリトリーの変更
cause-rate = 為替レートの変更
cause-stage = ステージの変更
cause-time = 時間の経過
cause-came = 後の期間のみ
cause-left = 前の期間のみ
cause-both = 両期間にあり、値が異なる
cause-days = 期間の長さの違い
cause-part = 他の数値
cause-hidden = 開けない行
cause-other = その他
more-causes = 他 { $count } 件
scorecard-later = { $date } から別の版が適用されます。

# Targets from the company down.
cascade = 目標
cascade-hint = 会社、チーム、個人の目標と、下位の合計です。
no-targets = この期間の目標はありません
no-targets-hint = 下で設定するか、ファイルで取り込んでください。
of-parts = 下位の合計
pace = 進捗ペース
needed-a-month = 月あたり必要額
whose = 対象
set-target = { $period }の目標を設定
cause-shared = 複数人または担当者なし
cause-closing = 期間の締めまたは再開

# 自社の KPI
kpi-catalogue = KPI カタログ
kpi-catalogue-hint = Clinch が計算するすべての数値と、それぞれ一つだけの計算式です。
kpi-group-own = 自社のもの
new-kpi = KPI を追加
kpi-id = ID
kpi-id-hint = 小文字、数字、_。ほかの計算式はこの ID で参照し、後から変えられません。
unit = 単位
better = 望ましい値
versions = バージョン
kpi-ended = この日から自社の定義なし
kpi-broken = 計算できなくなった定義があります。修正されるまで使われません。
kpi-wrong = まだ計算できません
kpi-took = 全員の1年分の計算に { $count } ミリ秒かかりました。
kpi-value-now = それまでの値
kpi-change = 計算方法を変更
kpi-change-hint = 指定日からの新しいバージョンです。締めた期間は報告時の計算式のままです。
kpi-end = 終了する
kpi-end-from = 自社の定義の終了日
kpi-reads = 言葉で書いた計算式
kpi-reads-hint = 人が読むための表記です。空欄なら計算式そのものを表示します。
kpi-formula-hint = KPI から：revenue / deals_won_count。+ - * / ( )、max(a, b)、left(a, b) が使えます。または、ファクトからの表（docs/kpi-format.md）。
kpi-rows = 内訳の単位
kpi-name-en = 英語の名称
kpi-name-th = タイ語の名称
kpi-name-ja = 日本語の名称
kpi-meaning-en = 英語の説明
kpi-meaning-th = タイ語の説明
kpi-meaning-ja = 日本語の説明
kpi-facts = ファクトの計算式で使えるもの
kpi-fact = ファクト
kpi-fact-of = 元のレコード
kpi-amounts = 合計できるもの
kpi-keys = 数えられるもの
kpi-filters = 絞り込める語
kpi-plain-number = 単位のない数
choice-kpi-unit-money = 金額
choice-kpi-unit-percent = パーセント
choice-kpi-unit-count = 件数
choice-kpi-unit-days = 日数
choice-kpi-unit-minutes = 分
choice-kpi-unit-index = 指数
choice-kpi-unit-times = 倍
choice-kpi-unit-points = ポイント
choice-better-higher = 高いほど良い
choice-better-lower = 低いほど良い
choice-better-band = 範囲内が良い
choice-kpi-rows-document = レコード：商談、受注、ケースなど
choice-kpi-rows-account = 取引先
cause-formula = 計算式の変更
kpi-error-file = 計算式を読み取れません：{ $what }
kpi-error-id = { $what } は ID に使えません。小文字、数字、_ で、先頭は文字、60 字以内です。
kpi-error-group = グループ { $what } はありません。
kpi-error-kept = { $kpi } の単位は{ $what }です。目標とスコアカードがこれに基づいています。別の KPI には別の ID を付けてください。
kpi-error-grain = { $what } では分けられません。数える対象にその情報がありません。
kpi-error-twice = KPI { $kpi } はすでにあります。その KPI のページで変更してください。
kpi-error-column = { $what } はありません。あるのは { $near } です。
kpi-error-forecast = 予測と実績はそれぞれ一つの測定値の KPI で、予測は合計である必要があります。
kpi-error-no-names = 名称を少なくとも一つの言語で入力してください。
kpi-error-no-reads = 計算式を言葉で書いてください。
kpi-error-sides = { $left }と{ $right }は同じ単位ではありません。
kpi-error-unit = 計算式の結果は{ $what }ですが、KPI の単位は{ $unit }です。
kpi-error-unread = { $at } 文字目で計算式を読み取れません。
kpi-error-no-kpi = KPI { $what } はありません。
kpi-error-cycle = 自分自身から計算することになります：{ $what }
kpi-error-large = 参照する KPI を含め、計算式の名前、数、記号が 200 を超えています。
kpi-error-units = { $at } 文字目の記号 { $sign } で{ $left }と{ $right }を合わせています。同じ単位にしてください。
kpi-error-costly = 負荷が大きすぎます。全員の1年分の計算に { $what } 秒以上かかりました。
error-on-scorecard = スコアカードに載っています。先にそこから外してください。
