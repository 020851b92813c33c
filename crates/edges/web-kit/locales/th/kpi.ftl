# Grains and units
grain = ความยาวงวด
grain-day = วัน
grain-week = สัปดาห์
grain-month = เดือน
grain-quarter = ไตรมาส
grain-year = ปี
grain-all = ทั้งหมด
unit-day = วัน
unit-days = วัน
unit-minutes = นาที
unit-points = จุด
in-unit = { $name } ({ $unit })

# What a number is asked by
by = แยกตาม
by-company = บริษัท
by-source = แหล่งที่มา
by-stage = ขั้นตอน
by-team = ทีม
by-rep = พนักงานขาย
by-manager = ผู้จัดการ
by-territory = พื้นที่การขาย
by-segment = กลุ่มลูกค้า
by-product = สินค้า
by-account = บัญชีลูกค้า
by-period = งวด
no-entity = ยังไม่ระบุ

# A tile
light-on-target = ตามเป้าหมาย
light-watch = ควรจับตา
light-behind = ต่ำกว่าเป้าหมาย
light-no-value = ไม่มีค่า
target-is = เป้าหมาย { $target }
bar-label = { $percent } ของเป้าหมาย
no-target = ไม่มีเป้าหมาย
lower-is-better = ยิ่งต่ำยิ่งดี
higher-is-better = ยิ่งสูงยิ่งดี
versus = เทียบกับ{ $period }
versus-previous = เทียบกับงวดก่อน
versus-year-before = เทียบกับปีก่อน
change = การเปลี่ยนแปลง
value = ค่า
total = รวม
share = สัดส่วน
weighted-score = คะแนนถ่วงน้ำหนัก
scorecard-of = สกอร์การ์ดของ { $name }
score-of-100 = จาก 100
period-part = ถึงวันนี้ · วันที่ { $day } จาก { $days }
as-of-date = ณ วันที่ { $date }
as-of-known-at = ณ วันที่ { $date } ตามข้อมูลที่ทราบเมื่อ { $known }

# Why there is no value
null-undefined = งวดนี้ไม่มีตัวหาร จึงคำนวณไม่ได้
null-no_source = ยังไม่มีการนำเข้าข้อมูลประเภทนี้
null-missing_rate = ไม่มีอัตราแลกเปลี่ยนที่ต้องใช้ เพิ่มอัตราเพื่อดูค่านี้
null-insufficient = จำนวนคำตอบน้อยเกินไป จึงยังสรุปไม่ได้
null-immature = ยังเร็วเกินสรุป เพราะยังไม่ครบระยะเวลาที่ใช้ประเมิน
null-withheld = ไม่แสดง เพราะจะเผยตัวเลขของบุคคลน้อยกว่า 3 คนหรือของรายการที่เป็นความลับ
null-met = บรรลุโควตาแล้ว ไม่มีส่วนที่ต้องครอบคลุม

# The page behind a number
what-this-is = ตัวเลขนี้คืออะไร
definition = คำนิยาม
formula = สูตร
numerator = ตัวเศษ
denominator = ตัวหาร
contribution = ส่วนที่มีผล
authority = ที่มาของข้อกำหนด
computed-from = คำนวณจาก
rows-behind = รายการที่มาของตัวเลข
rows-match = ผลรวมของรายการตรงกับตัวเลข
more-rows = อีก { $count } รายการที่คุณไม่มีสิทธิ์เปิดดู
rounding = ผลต่างจากการปัดเศษ
not-additive = ตัวเลขนี้ไม่ใช่ผลรวม แต่ละบรรทัดจึงบวกกันไม่เท่ากับยอดรวม
kpi-by-period =
    { $name }ราย{ $grain ->
        [day] วัน
        [week] สัปดาห์
        [month] เดือน
        [quarter] ไตรมาส
        [year] ปี
       *[all] งวด
    }
kpi-by = { $name }แยกตาม{ $entity }
export-csv = ส่งออก CSV
export-xlsx = ส่งออก XLSX
no-kpis = ยังไม่ได้กำหนด KPI สำหรับบทบาทนี้
no-kpis-hint = ผู้ดูแลระบบเลือก KPI ของบทบาทได้ในการตั้งค่า
no-facts = ยังไม่มีข้อมูล
no-facts-hint = ตัวเลขจะปรากฏทันทีที่นำเข้าไฟล์
kpis = KPI
people-shown = { $shown } คนแรกจากทั้งหมด { $all } คน
show-all-people = แสดงทั้งหมด
everyone-else = คนอื่น ๆ
revenue-counts = รายได้นับจาก{ $basis }
kpi-by-person = { $name }รายบุคคล
defined-in = กำหนดไว้ใน
section = เอกสารอ้างอิง หัวข้อ { $section }

# Groups of KPIs
kpi-group-leads = ลีดและต้นทุนการหาลูกค้า
kpi-group-voice = เสียงของลูกค้าและบริการ
kpi-group-people = บุคลากรและการพัฒนา
kpi-group-revenue = รายได้และโควตา
kpi-group-deals = ดีลและคำสั่งซื้อ
kpi-group-pipeline = ไปป์ไลน์และการแปลง
kpi-group-customers = ลูกค้า
kpi-group-coverage = ความครอบคลุม
kpi-group-receivables = ลูกหนี้
kpis-without-source = ยังไม่ได้นำเข้าข้อมูลสำหรับ: { $names }
counts-on = นับในวันที่
before = ก่อนหน้า
year-before = ปีก่อน
nothing-known = วันนั้นยังไม่มีข้อมูลในระบบ
nothing-known-hint = ข้อมูลชุดแรกเข้ามาหลังจากนั้น เลือกวันที่หลังกว่านี้ หรือกลับไปที่ปัจจุบัน
versus-same-days = เทียบช่วงวันเดียวกันของ { $period }
several = หลายคน

# Periods
periods = งวด
periods-hint = งวดที่ปิดแล้วแสดงค่าตามที่รายงานไว้ ข้อมูลที่ทราบทีหลังนับในงวดที่ยังเปิดอยู่
period-closed = ปิดแล้ว
period-partly = ปิดบางส่วน
period-open = เปิดอยู่
state = สถานะ
close-period = ปิดงวด { $period }
close-period-hint = ค่าเหล่านี้จะถูกตรึงไว้ ข้อมูลของงวดนี้ที่ทราบทีหลังจะนับในงวดที่ยังเปิดอยู่
closed-by = ปิดเมื่อ { $date } โดย { $name } ข้อมูลที่ทราบหลังจากนั้นนับในงวดที่ยังเปิดอยู่ และแสดงที่นี่เป็นค่าที่ปรับย้อนหลัง

# Role scorecards.
scores = คะแนน
scores-hint = ทุกคนที่บทบาทมีสกอร์การ์ด พร้อมผลรวมของ KPI
no-scores = ไม่มีคะแนน
no-scores-hint = ไม่มีผู้ที่คุณเห็นได้ซึ่งมีบทบาทที่มีสกอร์การ์ดในงวดนี้
scorecards = สกอร์การ์ด
scorecards-hint = แต่ละบทบาทวัดด้วย KPI ใด สกอร์การ์ดของคุณใช้แทนฉบับที่มากับ Clinch
scorecard-edit-hint = น้ำหนักรวมเป็น 100% KPI ที่ไม่มีน้ำหนักจะแสดงแต่ไม่คิดคะแนน เส้นคะแนนเป็นคำ เช่น linear หรือจุด เช่น linear 80%:60 100%:100 120%:120
scorecard-wrong = สกอร์การ์ดนี้ยังใช้ไม่ได้
fix-scores = บันทึกคะแนนของ{ $period }
scores-fixed = บันทึกคะแนนแล้ว { $count } รายการ
fixed = บันทึกแล้ว
weight-present = น้ำหนักที่มีคะแนน
too-little-weight = น้ำหนักที่มีคะแนนไม่ถึงครึ่ง จึงไม่มีคะแนนรวม
every-kpi = KPI ทั้งหมด
score-rests-on = น้ำหนัก { $percent } มีคะแนน
missing-value = KPI ที่ไม่มีค่า
missing-renormalise = แบ่งน้ำหนักให้ KPI อื่น
missing-neutral = นับเป็น 100
missing-zero = นับเป็น 0
score-fixed-same = บันทึกไว้ที่ { $score } สิ่งที่ทราบภายหลังไม่เปลี่ยนคะแนน
score-fixed-other = บันทึกไว้ที่ { $score } ตามข้อมูลที่ทราบตอนนี้จะเป็น { $now }
not-scored = ไม่คิดคะแนน
score-times-weight = คะแนน { $score } × { $weight }%
no-target-weight = ไม่มีเป้าหมาย · { $weight }%
no-score-weight = ไม่มีคะแนน · { $weight }%
score-parts = ที่มาของคะแนน
adds = เพิ่มให้
own-scorecard = ของคุณเอง
shipped-scorecard = มากับ Clinch
groups = กลุ่ม
with-weight = มีน้ำหนัก
preview = ดูตัวอย่าง
score-now = คะแนนตอนนี้
score-then = คะแนนใหม่
whose-numbers = ตัวเลขของใคร
whose-person = ของบุคคลนั้น
whose-reports = ของบุคคลนั้นและผู้ใต้บังคับบัญชา
whose-company = ของบริษัท
holds-from = มีผลตั้งแต่
curve = เส้นคะแนน
all-roles = ทุกบทบาท
scorecard-since = ตั้งแต่ { $date }
score-full = 100 คือตรงเป้าหมาย

# Why a number changed.
why = ทำไมจึงเปลี่ยน
why-changed = ทำไม{ $name }จึงเปลี่ยน
compared-with = เทียบกับ
against-period = งวดก่อน
against-year = ปีก่อน
against-known = ตามที่ทราบเมื่อ
against-as-of = ตามที่เป็นเมื่อ
known-now = ตามที่ทราบตอนนี้
known-on = ตามที่ทราบเมื่อ { $date }
difference = ผลต่าง
cause = สาเหตุ
causes = เรคคอร์ดที่เป็นสาเหตุ
every-cause = ทุกสาเหตุ
effect = ผล
record = เรคคอร์ด
axis-is-cut = แท่งกราฟไม่ได้เริ่มที่ศูนย์
nothing-to-compare = ค่าหนึ่งไม่มี จึงไม่มีผลต่างให้อธิบาย
cause-added = เพิ่มใหม่
cause-changed = มีการแก้ไข
cause-moved = เปลี่ยนเจ้าของ
cause-removed = ลบหรือเลิกทำ
cause-organisation = บุคคล ทีม หรือเขตการขายเปลี่ยน
cause-rate = อัตราแลกเปลี่ยนเปลี่ยน
cause-stage = ขั้นตอนเปลี่ยน
cause-time = เวลาผ่านไป
cause-came = มีเฉพาะในงวดหลัง
cause-left = มีเฉพาะในงวดก่อน
cause-both = มีทั้งสองงวด จำนวนต่างกัน
cause-days = ความยาวของงวดต่างกัน
cause-part = ตัวเลขอื่น
cause-hidden = แถวที่คุณเปิดไม่ได้
cause-other = อื่น ๆ
more-causes = อีก { $count } รายการ
scorecard-later = ฉบับถัดไปมีผลตั้งแต่ { $date }

# Targets from the company down.
cascade = เป้าหมาย
cascade-hint = สิ่งที่คาดหวังจากบริษัท ทีม และบุคคล และผลรวมของระดับล่าง
no-targets = งวดนี้ยังไม่มีเป้าหมาย
no-targets-hint = กำหนดด้านล่าง หรือนำเข้าเป็นไฟล์
of-parts = ผลรวมระดับล่าง
pace = ความคืบหน้าตามเวลา
needed-a-month = ต้องทำต่อเดือน
whose = ของใคร
set-target = กำหนดเป้าหมายของ{ $period }
cause-shared = ของหลายคนหรือไม่มีเจ้าของ
cause-closing = ปิดงวดหรือเปิดงวดอีกครั้ง

# KPI ของบริษัทเอง
kpi-catalogue = รายการ KPI
kpi-catalogue-hint = ตัวเลขทุกตัวที่ Clinch คำนวณ พร้อมสูตรเดียวที่ใช้คำนวณ
kpi-group-own = ของคุณเอง
new-kpi = สร้าง KPI
kpi-id = รหัส
kpi-id-hint = ตัวพิมพ์เล็ก ตัวเลข และ _ สูตรอื่นอ้างถึงด้วยรหัสนี้ และเปลี่ยนไม่ได้
unit = หน่วย
better = ค่าที่ดีกว่า
versions = เวอร์ชัน
kpi-ended = ไม่มีของคุณเองตั้งแต่วันนั้น
kpi-broken = มีคำนิยามที่คำนวณไม่ได้แล้ว จึงไม่ถูกใช้จนกว่าจะแก้ไข
kpi-wrong = ยังคำนวณไม่ได้
kpi-took = ค่าของทุกคนในหนึ่งปีใช้เวลา { $count } มิลลิวินาที
kpi-value-now = ค่าจนถึงวันนั้น
kpi-change = เปลี่ยนวิธีคำนวณ
kpi-change-hint = เวอร์ชันใหม่ตั้งแต่วันที่กำหนด งวดที่ปิดแล้วคงสูตรที่ใช้รายงาน
kpi-end = เลิกใช้
kpi-end-from = ไม่มีของคุณเองตั้งแต่
kpi-reads = สูตรเป็นคำพูด
kpi-reads-hint = สูตรที่คนอ่าน ถ้าเว้นว่างจะแสดงตัวสูตร
kpi-formula-hint = จาก KPI อื่น: revenue / deals_won_count ใช้ + - * / ( ) max(a, b) และ left(a, b) ได้ หรือจากข้อเท็จจริง: ตารางตาม docs/kpi-format.md
kpi-rows = เปิดดูเป็น
kpi-name-en = ชื่อภาษาอังกฤษ
kpi-name-th = ชื่อภาษาไทย
kpi-name-ja = ชื่อภาษาญี่ปุ่น
kpi-meaning-en = ความหมายภาษาอังกฤษ
kpi-meaning-th = ความหมายภาษาไทย
kpi-meaning-ja = ความหมายภาษาญี่ปุ่น
kpi-facts = สิ่งที่สูตรจากข้อเท็จจริงอ้างถึงได้
kpi-fact = ข้อเท็จจริง
kpi-fact-of = ของ
kpi-amounts = ผลรวมของ
kpi-keys = จำนวนของ
kpi-filters = เฉพาะที่มีคำใน
kpi-plain-number = ตัวเลขล้วน
choice-kpi-unit-money = เงิน
choice-kpi-unit-percent = เปอร์เซ็นต์
choice-kpi-unit-count = จำนวน
choice-kpi-unit-days = วัน
choice-kpi-unit-minutes = นาที
choice-kpi-unit-index = ดัชนี
choice-kpi-unit-times = เท่า
choice-kpi-unit-points = คะแนน
choice-better-higher = สูงกว่า
choice-better-lower = ต่ำกว่า
choice-better-band = อยู่ในช่วง
choice-kpi-rows-document = รายการ: ดีล คำสั่งซื้อ เคส …
choice-kpi-rows-account = บัญชีลูกค้า
cause-formula = สูตรเปลี่ยน
kpi-error-file = อ่านสูตรไม่ได้: { $what }
kpi-error-id = { $what } ใช้เป็นรหัสไม่ได้ ใช้ตัวพิมพ์เล็ก ตัวเลข และ _ ขึ้นต้นด้วยตัวอักษร ไม่เกิน 60 ตัว
kpi-error-group = ไม่มีกลุ่ม { $what }
kpi-error-kept = { $kpi } มีหน่วยเป็น{ $what } เป้าหมายและสกอร์การ์ดอ้างอิงหน่วยนี้ ให้ใช้รหัสใหม่สำหรับ KPI อื่น
kpi-error-grain = แยกตาม { $what } ไม่ได้ เพราะสิ่งที่นับไม่ได้ระบุไว้
kpi-error-twice = มี KPI { $kpi } อยู่แล้ว ให้เปลี่ยนในหน้าของ KPI นั้น
kpi-error-column = ไม่มี { $what } มีแต่ { $near }
kpi-error-forecast = พยากรณ์และยอดจริงต้องเป็น KPI ที่มีค่าวัดเดียว และพยากรณ์ต้องเป็นผลรวม
kpi-error-no-names = ระบุชื่ออย่างน้อยหนึ่งภาษา
kpi-error-no-reads = ระบุสูตรเป็นคำพูด
kpi-error-sides = { $left }กับ{ $right }ไม่ได้อยู่ในหน่วยเดียวกัน
kpi-error-unit = สูตรให้ค่าเป็น{ $what } แต่ KPI มีหน่วยเป็น{ $unit }
kpi-error-unread = อ่านสูตรไม่ได้ที่อักขระที่ { $at }
kpi-error-no-kpi = ไม่มี KPI { $what }
kpi-error-cycle = จะคำนวณจากตัวเอง: { $what }
kpi-error-large = สูตรรวมกับ KPI ที่อ้างถึงมีชื่อ ตัวเลข และเครื่องหมายเกิน 200 ตัว
kpi-error-units = ที่อักขระที่ { $at } เครื่องหมาย { $sign } รวม{ $left }กับ{ $right } ต้องเป็นหน่วยเดียวกัน
kpi-error-costly = ใช้ทรัพยากรมากเกินไป ค่าของทุกคนในหนึ่งปีใช้เวลาเกิน { $what } วินาที
error-on-scorecard = KPI นี้อยู่ในสกอร์การ์ด ให้นำออกจากสกอร์การ์ดก่อน
